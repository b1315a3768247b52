package dev.merapi.kernels.math;

import static dev.merapi.graph.ScalarFn.f32;
import static dev.merapi.kernels.math.Terms.ONE;
import static dev.merapi.kernels.math.Terms.X;
import static dev.merapi.kernels.math.Terms.Y;
import static dev.merapi.kernels.math.Terms.ZERO;
import static dev.merapi.kernels.math.Terms.abs;
import static dev.merapi.kernels.math.Terms.signOf;
import static dev.merapi.kernels.math.Terms.withSign;

import dev.merapi.graph.ScalarFn;

/// Rounding to integers, and the smaller and larger of two.
final class Rounding {
  /// From here on every float is an integer.
  static final ScalarFn ALL_INTEGERS = f32(0x1p23);

  private Rounding() {}

  /// To the nearest integer, ties to even: the hardware's own rounding, where the last bit is 1.
  static ScalarFn round() {
    return orLarge(X, nearest(X));
  }

  static ScalarFn floor() {
    return orLarge(X, down(X));
  }

  /// `-floor(-x)`, which also gives the right zeros.
  static ScalarFn ceil() {
    return orLarge(X, down(X.negate()).negate());
  }

  private static ScalarFn down(ScalarFn x) {
    ScalarFn nearest = nearest(x);
    return nearest.minus(x.lessThan(nearest).select(ONE, ZERO));
  }

  private static ScalarFn nearest(ScalarFn x) {
    return withSign(nearestOfMagnitude(abs(x)), signOf(x));
  }

  /// For magnitudes below 2^23.
  static ScalarFn nearestOfMagnitude(ScalarFn magnitude) {
    return magnitude.plus(ALL_INTEGERS).minus(ALL_INTEGERS);
  }

  /// Large values, infinities and NaN are returned.
  private static ScalarFn orLarge(ScalarFn x, ScalarFn rounded) {
    return abs(x).lessThan(ALL_INTEGERS).select(rounded, x);
  }

  /// The smaller of two floats, NaN if either is. Of two zeros the first.
  static ScalarFn minF32() {
    return orNanOfSecond(Y.lessThan(X).select(Y, X));
  }

  /// The larger of two floats, NaN if either is. Of two zeros the first.
  static ScalarFn maxF32() {
    return orNanOfSecond(X.lessThan(Y).select(Y, X));
  }

  /// A comparison with NaN is false, so that a NaN in the first operand stays by itself.
  private static ScalarFn orNanOfSecond(ScalarFn chosen) {
    return Y.equalTo(Y).select(chosen, Y);
  }
}
