package dev.merapi.nn;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.RandomKey;
import dev.merapi.graph.Shape;
import java.util.Arrays;

/// The usual [Initializer]s. Fans are PyTorch's: for weights `[out, in, kernel...]` the fan-in is
/// `in * kernel...`, the fan-out `out * kernel...`.
public final class Initializers {
  private Initializers() {}

  /// The same number everywhere.
  public static Initializer constant(double value) {
    return (shape, _) -> {
      float[] values = new float[count(shape)];
      Arrays.fill(values, (float) value);
      return values;
    };
  }

  public static Initializer zeros() {
    return constant(0);
  }

  public static Initializer ones() {
    return constant(1);
  }

  /// Spread evenly over `[low, high)`.
  public static Initializer uniform(double low, double high) {
    return (shape, key) -> key.uniform(count(shape), low, high);
  }

  /// Normally distributed.
  public static Initializer normal(double mean, double deviation) {
    return (shape, key) -> key.normal(count(shape), mean, deviation);
  }

  /// Normally distributed, but never more than two deviations from the mean: numbers beyond are
  /// drawn again, so that the actual deviation is 0.88 of the one given.
  public static Initializer truncatedNormal(double mean, double deviation) {
    return (shape, key) -> {
      float[] values = new float[count(shape)];
      int filled = 0;
      for (int round = 0; filled < values.length; round++) {
        for (float value : key.split(round).normal(values.length, 0, 1)) {
          if (filled < values.length && Math.abs(value) <= 2) {
            values[filled++] = (float) (mean + deviation * value);
          }
        }
      }
      return values;
    };
  }

  /// `gain` times a random matrix whose rows (or columns, if there are fewer of them) are
  /// orthogonal and of length 1 (Saxe et al., arXiv:1312.6120). A kernel's axes behind the first
  /// count as columns.
  public static Initializer orthogonal(double gain) {
    return (shape, key) -> {
      int rows = Math.toIntExact(matrix(shape).size(0));
      int columns = rows == 0 ? 0 : count(shape) / rows;
      int most = Math.max(rows, columns);
      double[][] directions = Orthogonal.directions(Math.min(rows, columns), most, key);
      float[] values = new float[rows * columns];
      for (int i = 0; i < values.length; i++) {
        int row = i / columns;
        int column = i % columns;
        double value = rows < columns ? directions[row][column] : directions[column][row];
        values[i] = (float) (gain * value);
      }
      return values;
    };
  }

  /// `U(-b, b)` with `b = sqrt(6 / (fanIn + fanOut))` (Glorot and Bengio, 2010).
  public static Initializer xavierUniform() {
    return (shape, key) -> symmetric(shape, key, Math.sqrt(6.0 / (fanIn(shape) + fanOut(shape))));
  }

  /// Normal with deviation `sqrt(2 / (fanIn + fanOut))` (Glorot and Bengio, 2010).
  public static Initializer xavierNormal() {
    return (shape, key) ->
        key.normal(count(shape), 0, Math.sqrt(2.0 / (fanIn(shape) + fanOut(shape))));
  }

  /// `U(-b, b)` with `b = sqrt(6 / ((1 + slope^2) * fanIn))` (He et al., arXiv:1502.01852).
  ///
  /// @param slope of the leaky relu behind it: 0 for relu
  public static Initializer kaimingUniform(double slope) {
    return (shape, key) ->
        symmetric(shape, key, Math.sqrt(6 / ((1 + slope * slope) * fanIn(shape))));
  }

  /// Normal with deviation `sqrt(2 / ((1 + slope^2) * fanIn))` (He et al., arXiv:1502.01852).
  ///
  /// @param slope of the leaky relu behind it: 0 for relu
  public static Initializer kaimingNormal(double slope) {
    return (shape, key) ->
        key.normal(count(shape), 0, Math.sqrt(2 / ((1 + slope * slope) * fanIn(shape))));
  }

  /// PyTorch's default of dense and convolution layers for weights and biases: `U(-1 / sqrt(fanIn),
  /// 1 / sqrt(fanIn))`.
  ///
  /// @param fanIn inputs of one output; 0 gives zeros
  static Initializer byFanIn(long fanIn) {
    double bound = fanIn == 0 ? 0 : 1 / Math.sqrt(fanIn);
    return (shape, key) -> symmetric(shape, key, bound);
  }

  private static float[] symmetric(Shape shape, RandomKey key, double bound) {
    return key.uniform(count(shape), -bound, bound);
  }

  private static int count(Shape shape) {
    return Math.toIntExact(shape.elements());
  }

  private static long fanIn(Shape shape) {
    return matrix(shape).size(1) * kernel(shape);
  }

  private static long fanOut(Shape shape) {
    return matrix(shape).size(0) * kernel(shape);
  }

  private static Shape matrix(Shape shape) {
    if (shape.rank() < 2) {
      throw MerapiException.of(Kind.SHAPE, "initializer: needs weights of two axes or more")
          .with("shape", shape)
          .hint("use constant, uniform or normal for a bias");
    }
    return shape;
  }

  private static long kernel(Shape shape) {
    return new Shape(shape.dims().subList(2, shape.rank())).elements();
  }
}
