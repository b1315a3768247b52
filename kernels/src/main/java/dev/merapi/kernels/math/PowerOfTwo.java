package dev.merapi.kernels.math;

import static dev.merapi.graph.ScalarFn.f32;
import static dev.merapi.graph.ScalarFn.fma;
import static dev.merapi.kernels.math.Terms.bits;
import static dev.merapi.kernels.math.Terms.fromBits;
import static dev.merapi.kernels.math.Terms.shl;

import dev.merapi.graph.ScalarFn;

/// The nearest integer `n` of a small product, and a power of two with that exponent, without a
/// conversion.
///
/// Adding 1.5 * 2^23 leaves the rounded sum in the low bits of the float. With the exponent's bias
/// added too, one shift moves these bits into the exponent field. Good for `n + bias` in 1..254.
///
/// @param n the integer, as a float
/// @param scale `2^(n + bias - 127)`
record PowerOfTwo(ScalarFn n, ScalarFn scale) {
  private static final float ROUNDER = 0x1.8p23f;

  /// For `n = round(x * factor)` and a scale of `2^(n + shift)`.
  static PowerOfTwo ofProduct(ScalarFn x, float factor, int shift) {
    ScalarFn magic = f32(ROUNDER + 127 + shift);
    ScalarFn shifted = fma(x, f32(factor), magic);
    return new PowerOfTwo(shifted.minus(magic), fromBits(shl(bits(shifted), 23)));
  }
}
