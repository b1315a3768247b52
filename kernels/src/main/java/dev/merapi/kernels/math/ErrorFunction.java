package dev.merapi.kernels.math;

import static dev.merapi.graph.ScalarFn.f32;
import static dev.merapi.graph.ScalarFn.fma;
import static dev.merapi.kernels.math.Terms.ONE;
import static dev.merapi.kernels.math.Terms.X;
import static dev.merapi.kernels.math.Terms.abs;
import static dev.merapi.kernels.math.Terms.polynomial;
import static dev.merapi.kernels.math.Terms.signOf;
import static dev.merapi.kernels.math.Terms.withSign;

import dev.merapi.graph.ScalarFn;

/// `erf`: an odd polynomial below 0.9, and `1 - 2^-g(|x|)` above, where `g = -log2(erfc)` is so
/// smooth that a polynomial of degree 6 meets it.
final class ErrorFunction {
  private static final float BORDER = 0.9f;

  private ErrorFunction() {}

  static ScalarFn erf() {
    ScalarFn magnitude = abs(X);
    ScalarFn small = small(magnitude);
    ScalarFn large = large(magnitude);
    return withSign(magnitude.lessThan(f32(BORDER)).select(small, large), signOf(X));
  }

  /// `x + x p(x^2)`: the polynomial holds 2 / sqrt(pi) - 1, so its rounding hardly counts.
  private static ScalarFn small(ScalarFn x) {
    ScalarFn p =
        polynomial(
            x.times(x),
            0x1.06eba6p-3f,
            -0x1.8126ecp-2f,
            0x1.ce1b86p-4f,
            -0x1.b69b96p-6f,
            0x1.479c9ep-8f,
            -0x1.3ba9cep-11f);
    return fma(x, p, x);
  }

  private static ScalarFn large(ScalarFn magnitude) {
    ScalarFn limit = f32(3.9375); // the result is 1 from 3.832 on
    ScalarFn x = limit.lessThan(magnitude).select(limit, magnitude);
    ScalarFn minusG =
        polynomial(
            x,
            -0x1.f79dfep-13f,
            -0x1.a0877ep0f,
            -0x1.d6823ap-1f,
            -0x1.339e4ap-3f,
            0x1.07bbd6p-5f,
            -0x1.21d6a8p-8f,
            0x1.2bddc6p-12f);
    PowerOfTwo power = PowerOfTwo.ofProduct(minusG, 1f, 0);
    ScalarFn erfc = exp2(minusG.minus(power.n()));
    return fma(erfc, power.scale().negate(), ONE);
  }

  /// `2^f` for `|f| <= 1/2`, within 2^-23: it is at most a fifth of the result.
  private static ScalarFn exp2(ScalarFn f) {
    return polynomial(
        f, 1f, 0x1.62e42ap-1f, 0x1.ebf9c2p-3f, 0x1.c6b6dcp-5f, 0x1.3ce8bep-7f, 0x1.5bd880p-10f);
  }
}
