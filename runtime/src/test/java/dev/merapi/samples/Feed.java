package dev.merapi.samples;

import dev.merapi.graph.DType;
import dev.merapi.graph.TensorType;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/// An operand of a sample: its type, and what its elements are drawn from.
///
/// Floats are drawn from `[low, high)` and are exact in `f32`; integers likewise.
///
/// @param values the elements themselves if there are any, instead of drawn ones
public record Feed(TensorType type, double low, double high, double... values) {
  private static final double USUAL = 2;

  public static Feed f32(Object... sizes) {
    return new Feed(TensorType.f32(sizes), -USUAL, USUAL);
  }

  /// Integers of `[0, high)`.
  public static Feed i32(int high, Object... sizes) {
    return new Feed(TensorType.i32(sizes), 0, high);
  }

  public static Feed bool(Object... sizes) {
    return new Feed(TensorType.bool(sizes), 0, 2);
  }

  /// This with other bounds.
  public Feed between(double newLow, double newHigh) {
    return new Feed(type, newLow, newHigh);
  }

  /// This with these elements.
  public Feed of(double... elements) {
    return new Feed(type, low, high, elements);
  }

  double[] draw(RandomGenerator random) {
    return values.length > 0
        ? values.clone()
        : LongStream.range(0, type.shape().elements())
            .mapToDouble(_ -> draw(random, type.dtype()))
            .toArray();
  }

  private double draw(RandomGenerator random, DType dtype) {
    double value = random.nextDouble(low, high);
    return dtype.isFloat() ? (float) value : Math.floor(value);
  }
}
