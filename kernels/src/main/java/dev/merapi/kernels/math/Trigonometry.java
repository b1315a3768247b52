package dev.merapi.kernels.math;

import static dev.merapi.graph.ScalarFn.f32;
import static dev.merapi.graph.ScalarFn.fma;
import static dev.merapi.graph.ScalarFn.i32;
import static dev.merapi.kernels.math.Terms.ONE;
import static dev.merapi.kernels.math.Terms.X;
import static dev.merapi.kernels.math.Terms.ZERO;
import static dev.merapi.kernels.math.Terms.abs;
import static dev.merapi.kernels.math.Terms.flipSign;
import static dev.merapi.kernels.math.Terms.polynomial;
import static dev.merapi.kernels.math.Terms.shl;
import static dev.merapi.kernels.math.Terms.signOf;
import static dev.merapi.kernels.math.Terms.withSign;

import dev.merapi.graph.ScalarFn;

/// `sin`, `cos` and `atan`.
final class Trigonometry {
  private static final int SIGN_SHIFT = 30; // bit 1 of a quadrant to the sign bit

  private static final float RIGHT_ANGLE = (float) (Math.PI / 2);

  private Trigonometry() {}

  static ScalarFn sin() {
    QuarterTurns turns = QuarterTurns.of(X);
    ScalarFn quadrant = turns.quadrant();
    ScalarFn sign = shl(quadrant.and(i32(2)), SIGN_SHIFT);
    return flipSign(flipSign(sinOrCos(turns.angle(), quadrant), sign), signOf(X));
  }

  /// `cos x = sin(x + pi/2)`: the next quadrant.
  static ScalarFn cos() {
    QuarterTurns turns = QuarterTurns.of(X);
    ScalarFn quadrant = turns.quadrant().plus(i32(1));
    ScalarFn sign = shl(quadrant.and(i32(2)), SIGN_SHIFT);
    return flipSign(sinOrCos(turns.angle(), quadrant), sign);
  }

  /// The sine of an angle of at most pi/4 where the quadrant is even, else its cosine.
  private static ScalarFn sinOrCos(ScalarFn angle, ScalarFn quadrant) {
    ScalarFn square = angle.times(angle);
    ScalarFn s = polynomial(square, -0x1.555546p-3f, 0x1.110778p-7f, -0x1.995400p-13f);
    ScalarFn sin = fma(square.times(angle), s, angle);
    ScalarFn cos = polynomial(square, 1f, -0.5f, 0x1.55554ap-5f, -0x1.6c0c1ap-10f, 0x1.99e0eep-16f);
    return quadrant.and(i32(1)).equalTo(i32(0)).select(sin, cos);
  }

  /// `atan |x| = pi/2 - atan(1 / |x|)` above 1, an odd polynomial below.
  static ScalarFn atan() {
    ScalarFn magnitude = abs(X);
    ScalarFn steep = ONE.lessThan(magnitude);
    ScalarFn t = steep.select(f32(-1).over(magnitude), magnitude);
    ScalarFn square = t.times(t);
    ScalarFn tail =
        polynomial(
            square,
            -0x1.5554dcp-2f,
            0x1.9978ecp-3f,
            -0x1.230a94p-3f,
            0x1.b4deaep-4f,
            -0x1.3550cep-4f,
            0x1.61ee7cp-5f,
            -0x1.0c1772p-6f,
            0x1.7ea582p-9f);
    ScalarFn reduced = fma(square.times(t), tail, t);
    ScalarFn right = steep.select(f32(RIGHT_ANGLE), ZERO);
    ScalarFn angle =
        right.plus(fma(right, f32((Math.PI / 2 - RIGHT_ANGLE) / RIGHT_ANGLE), reduced));
    return withSign(angle, signOf(X));
  }
}
