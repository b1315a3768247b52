package dev.merapi.kernels.math;

/// Distances between a float and a true value, in units in the last place.
final class Ulps {
  private static final double ABOVE_ALL_FLOATS = 0x1p128;

  private Ulps() {}

  /// How far a float is from the true value, in units in the last place of a float there. Infinity
  /// counts as 2^128, where floats end; a NaN on one side only is infinitely far.
  static double between(float actual, double expected) {
    if (Float.isNaN(actual) || Double.isNaN(expected)) {
      return Float.isNaN(actual) && Double.isNaN(expected) ? 0 : Double.POSITIVE_INFINITY;
    }
    double unit = Math.scalb(1.0, Math.clamp(Math.getExponent(expected), -126, 127) - 23);
    return Math.abs(bounded(actual) - bounded(expected)) / unit;
  }

  private static double bounded(double value) {
    return Math.clamp(value, -ABOVE_ALL_FLOATS, ABOVE_ALL_FLOATS);
  }
}
