package dev.merapi.kernels.math;

import static dev.merapi.graph.ScalarFn.f32;
import static dev.merapi.graph.ScalarFn.fma;
import static dev.merapi.graph.ScalarFn.i32;
import static dev.merapi.kernels.math.Terms.INFINITY;
import static dev.merapi.kernels.math.Terms.NAN;
import static dev.merapi.kernels.math.Terms.ONE;
import static dev.merapi.kernels.math.Terms.X;
import static dev.merapi.kernels.math.Terms.ZERO;
import static dev.merapi.kernels.math.Terms.bits;
import static dev.merapi.kernels.math.Terms.fromBits;
import static dev.merapi.kernels.math.Terms.polynomial;
import static dev.merapi.kernels.math.Terms.shl;
import static dev.merapi.kernels.math.Terms.shr;
import static dev.merapi.kernels.math.Terms.smallToF32;

import dev.merapi.graph.ScalarFn;

/// `log` and `log1p`: `e ln 2 + log(1 + f)` with `1 + f` between the root of one half and the root
/// of two.
///
/// ln 2 rounded to a float is within 2^-29, so that one product is enough.
final class Logarithms {
  static final int ROOT_HALF_BITS = 0x3f3504f3;
  static final float SMALLEST_NORMAL = 0x1p-126f;
  private static final float LN2 = 0x1.62e43p-1f;

  private Logarithms() {}

  /// Denormal operands are scaled by 2^24 first.
  static ScalarFn log() {
    ScalarFn denormal = X.lessThan(f32(SMALLEST_NORMAL));
    ScalarFn scaled = denormal.select(X.times(f32(0x1p24)), X);
    ScalarFn bits = bits(scaled);
    ScalarFn exponent = shr(bits.minus(i32(ROOT_HALF_BITS)), 23);
    ScalarFn f = fromBits(bits.minus(shl(exponent, 23))).minus(ONE);
    ScalarFn e = smallToF32(exponent).plus(denormal.select(f32(-24), ZERO));
    ScalarFn log = fma(e, f32(LN2), log1pNearZero(f));
    return finish(X, ZERO, log);
  }

  /// The power of two `2^e` is that of `1 + x` rounded, but `f = 2^-e x - (1 - 2^-e)` is rounded
  /// once, so that no bit of a small `x` is lost. Its second term is subtracted, and `-e` is
  /// multiplied by `-ln 2`, because a zero that is subtracted keeps `-0` what it is.
  static ScalarFn log1p() {
    ScalarFn u = X.plus(ONE);
    ScalarFn minusExponent = shr(i32(ROOT_HALF_BITS + (1 << 23) - 1).minus(bits(u)), 23);
    // 2^-e is denormal for the largest x: the exponent field holds 4 * 2^-e.
    ScalarFn fourfold = fromBits(shl(minusExponent, 23).plus(i32(Float.floatToRawIntBits(4f))));
    ScalarFn scale = fourfold.times(f32(0.25));
    ScalarFn f = fma(scale, X, ONE.minus(scale).negate());
    ScalarFn log = fma(smallToF32(minusExponent), f32(-LN2), log1pNearZero(f));
    return finish(X, f32(-1), log);
  }

  private static ScalarFn log1pNearZero(ScalarFn f) {
    ScalarFn tail =
        polynomial(
            f,
            -0x1.fffffap-2f,
            0x1.5556f2p-2f,
            -0x1.0004b0p-2f,
            0x1.98d33ep-3f,
            -0x1.535a7cp-3f,
            0x1.317e3ap-3f,
            -0x1.251124p-3f,
            0x1.66048ep-4f);
    return fma(f.times(f), tail, f);
  }

  /// The result for an operand above the pole, and the special ones for all others.
  private static ScalarFn finish(ScalarFn x, ScalarFn pole, ScalarFn log) {
    ScalarFn finite = x.lessThan(INFINITY).select(log, INFINITY);
    ScalarFn atPole = x.equalTo(pole).select(INFINITY.negate(), NAN);
    return pole.lessThan(x).select(finite, atPole);
  }
}
