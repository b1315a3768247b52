package dev.merapi.nn;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Short names of the layers, for static import.
public final class Layers {
  private Layers() {}

  /// Modules one after the other.
  public static Sequential sequential(Module... parts) {
    return Sequential.of(parts);
  }

  /// A fully connected layer with a bias.
  public static Dense dense(long in, long out) {
    return Dense.of(in, out);
  }

  /// A convolution with a square kernel and a bias.
  public static Conv2d conv2d(long in, long out, long kernel) {
    return Conv2d.of(in, out, kernel);
  }

  /// The largest element of each square of that size.
  public static Pool2d maxPool(long kernel) {
    return Pool2d.max(kernel);
  }

  /// The largest element of each rectangle of that height and width.
  public static Pool2d maxPool(long height, long width) {
    return Pool2d.max(height, width);
  }

  /// The mean of each square of that size.
  public static Pool2d avgPool(long kernel) {
    return Pool2d.average(kernel);
  }

  /// The mean of each rectangle of that height and width.
  public static Pool2d avgPool(long height, long width) {
    return Pool2d.average(height, width);
  }

  /// The mean of each channel: `[N, C, ...] -> [N, C]`.
  public static Module globalAvgPool() {
    return new Lambda("GlobalAvgPool", x -> overPlace(x, Tensor::mean));
  }

  /// The largest element of each channel: `[N, C, ...] -> [N, C]`.
  public static Module globalMaxPool() {
    return new Lambda("GlobalMaxPool", x -> overPlace(x, Tensor::max));
  }

  private interface Reduction {
    Tensor along(Tensor x, int... axes);
  }

  private static Tensor overPlace(Tensor x, Reduction reduction) {
    if (x.rank() < 3) {
      throw MerapiException.of(Kind.SHAPE, "global pool: needs axes behind the channels")
          .with("operand", x.type());
    }
    return reduction.along(x, IntStream.range(2, x.rank()).toArray());
  }

  /// In training, sets elements to zero with probability `p` and divides the others by `1 - p`.
  public static Dropout dropout(double p) {
    return Dropout.of(p);
  }

  /// As [#dropout], of whole channels of `[N, C, ...]`.
  public static Dropout dropout2d(double p) {
    return Dropout.ofChannels(p);
  }

  /// `(x - mean) / deviation` with numbers known before: for the pixels of images, in front of all
  /// other layers.
  public static Normalize normalize(double mean, double deviation) {
    return Normalize.of(mean, deviation);
  }

  /// As [#normalize(double, double)], with numbers for each channel of `[N, C, ...]`.
  public static Normalize normalize(double[] means, double[] deviations) {
    return Normalize.of(means, deviations);
  }

  /// Batch normalisation of `[N, C, ...]`, by channels.
  public static BatchNorm batchNorm(long channels) {
    return BatchNorm.of(channels);
  }

  /// Layer normalisation over last axes of these sizes.
  public static LayerNorm layerNorm(long... sizes) {
    return LayerNorm.of(sizes);
  }

  /// A leaky relu with one learned slope.
  public static PRelu prelu() {
    return PRelu.of(1);
  }

  /// A leaky relu with a learned slope for each channel of `[N, C, ...]`.
  public static PRelu prelu(long channels) {
    return PRelu.of(channels);
  }

  /// Gives each example other sizes; one may be -1, it is worked out. The first axis stays.
  public static Module reshape(Object... sizes) {
    Object[] own = sizes.clone();
    return new Lambda(
        "Reshape", x -> x.reshape(Stream.concat(Stream.of(x.size(0)), Stream.of(own)).toArray()));
  }

  /// Joins all axes behind the first: `[N, C, H, W] -> [N, C*H*W]`.
  public static Module flatten() {
    return new Lambda("Flatten", x -> x.flatten(1));
  }

  /// A layer without parameters, made of a function.
  public static Module lambda(String name, UnaryOperator<Tensor> function) {
    return new Lambda(name, function);
  }
}
