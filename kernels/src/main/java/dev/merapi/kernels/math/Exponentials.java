package dev.merapi.kernels.math;

import static dev.merapi.graph.ScalarFn.f32;
import static dev.merapi.graph.ScalarFn.fma;
import static dev.merapi.kernels.math.Terms.ONE;
import static dev.merapi.kernels.math.Terms.X;
import static dev.merapi.kernels.math.Terms.abs;
import static dev.merapi.kernels.math.Terms.minusProduct;
import static dev.merapi.kernels.math.Terms.polynomial;
import static dev.merapi.kernels.math.Terms.signOf;
import static dev.merapi.kernels.math.Terms.withSign;

import dev.merapi.graph.ScalarFn;

/// `exp`, `expm1` and `tanh`: argument reduction by multiples of ln 2, a minimax polynomial on the
/// rest, and powers of two made in the exponent field.
///
/// The head of ln 2 has so few bits that its products with the multiples are exact.
final class Exponentials {
  static final float LOG2_E = 0x1.715476p0f;
  static final float LN2_HEAD = 0x1.62e4p-1f;
  static final float LN2_TAIL = 0x1.7f7d1cp-20f;

  /// `(e^r - 1 - r) / r^2` for `|r| <= ln 2`, within 2^-26 of e^r.
  static final float[] CURVE = {
    0x1.00000cp-1f, 0x1.555514p-3f, 0x1.5549eep-5f, 0x1.1126dap-7f, 0x1.71bf68p-10f, 0x1.9baef2p-13f
  };

  private Exponentials() {}

  /// `e^x = (2^n)^2 e^r` with `n = round(x / (2 ln 2))`.
  ///
  /// Halving `n` costs two more coefficients than the usual `|r| <= ln 2 / 2`, and saves more than
  /// that: one scale serves for both steps of the final product, of which only the last rounds, so
  /// that overflow and denormal results are right.
  static ScalarFn exp() {
    ScalarFn x = clamp(X, -104f, 89f);
    PowerOfTwo power = PowerOfTwo.ofProduct(x, LOG2_E / 2, 0);
    ScalarFn head = minusProduct(x, power.n(), 2 * LN2_HEAD);
    ScalarFn r = minusProduct(head, power.n(), 2 * LN2_TAIL);
    ScalarFn p = fma(fma(polynomial(r, CURVE), r, ONE), r, ONE);
    return p.times(power.scale()).times(power.scale());
  }

  /// `e^x - 1 = 2 (2^(k-1) q + (2^(k-1) - 1/2))` with `q = e^r - 1`: no cancellation, and the
  /// halved scale is finite for every finite result. Tiny arguments, `-0` among them, are returned.
  static ScalarFn expm1() {
    ScalarFn x = clamp(X, -18f, 89f);
    PowerOfTwo power = PowerOfTwo.ofProduct(x, LOG2_E, -1);
    ScalarFn head = minusProduct(x, power.n(), LN2_HEAD);
    ScalarFn r = minusProduct(head, power.n(), LN2_TAIL);
    ScalarFn tail =
        polynomial(
            r, 0x1.fffffep-2f, 0x1.5554b4p-3f, 0x1.5556f2p-5f, 0x1.122560p-7f, 0x1.6b9ca4p-10f);
    ScalarFn q = fma(r.times(r), tail, r);
    ScalarFn half = fma(q, power.scale(), power.scale().minus(f32(0.5)));
    return abs(X).lessThan(f32(0x1p-26)).select(X, half.plus(half));
  }

  /// An odd polynomial up to `tanh x = 1/2`, above it `1 - 1 / w` with `w = (e^(2|x|) + 1) / 2`.
  ///
  /// One form for both, such as `expm1(2x) / (expm1(2x) + 2)`, takes fewer operations, but rounds
  /// four times and is off by up to 2.3 units in the last place.
  static ScalarFn tanh() {
    ScalarFn magnitude = abs(X);
    ScalarFn square = magnitude.times(magnitude);
    ScalarFn tail =
        polynomial(square, -0x1.555452p-2f, 0x1.10cef6p-3f, -0x1.af7c44p-5f, 0x1.0d4cfcp-6f);
    ScalarFn small = fma(magnitude.times(square), tail, magnitude);

    ScalarFn limit = f32(9.125); // the result is 1 from 9.011 on
    ScalarFn x = limit.lessThan(magnitude).select(limit, magnitude);
    PowerOfTwo power = PowerOfTwo.ofProduct(x, 2 * LOG2_E, -1);
    // ln 2 needs no tail here: multiples so large that it would show end in 1 - 1/w = 1.
    ScalarFn r = minusProduct(x, power.n(), (float) (Math.log(2) / 2));
    ScalarFn p =
        polynomial(
            r,
            1f,
            2f,
            0x1.fffffcp0f,
            0x1.555492p0f,
            0x1.5558b4p-1f,
            0x1.12399ap-2f,
            0x1.6a48cep-4f);
    ScalarFn w = fma(p, power.scale(), f32(0.5));
    ScalarFn large = ONE.minus(ONE.over(w));
    return withSign(magnitude.lessThan(f32(0.55)).select(small, large), signOf(X));
  }

  /// `x` within limits beyond which the result no longer changes; NaN stays.
  private static ScalarFn clamp(ScalarFn x, float low, float high) {
    ScalarFn atLeast = x.lessThan(f32(low)).select(f32(low), x);
    return f32(high).lessThan(atLeast).select(f32(high), atLeast);
  }
}
