package dev.merapi.kernels.math;

import static dev.merapi.graph.ScalarFn.apply;
import static dev.merapi.graph.ScalarFn.arg;
import static dev.merapi.graph.ScalarFn.f32;
import static dev.merapi.graph.ScalarFn.fma;
import static dev.merapi.graph.ScalarFn.i32;

import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;

/// The words in which the expansions are written: small pieces of float and bit arithmetic.
final class Terms {
  /// The first operand of the function that is expanded.
  static final ScalarFn X = arg(0);

  /// The second operand.
  static final ScalarFn Y = arg(1);

  static final ScalarFn ZERO = f32(0);
  static final ScalarFn ONE = f32(1);
  static final ScalarFn INFINITY = f32(Float.POSITIVE_INFINITY);
  static final ScalarFn NAN = f32(Float.NaN);

  private static final ScalarFn SIGN_MASK = i32(Integer.MIN_VALUE);

  private Terms() {}

  static ScalarFn bits(ScalarFn x) {
    return apply(ScalarPrimitive.BITS, x);
  }

  static ScalarFn fromBits(ScalarFn x) {
    return apply(ScalarPrimitive.FROM_BITS, x);
  }

  static ScalarFn toF32(ScalarFn x) {
    return apply(ScalarPrimitive.TO_F32, x);
  }

  /// An integer of less than 22 bits as a float: it is added to the last bits of `1.5 * 2^23`. C2
  /// sometimes allocates the operand of a conversion.
  static ScalarFn smallToF32(ScalarFn x) {
    return fromBits(x.plus(i32(Float.floatToRawIntBits(SHIFTER)))).minus(f32(SHIFTER));
  }

  private static final float SHIFTER = 0x1.8p23f;

  static ScalarFn abs(ScalarFn x) {
    return apply(ScalarPrimitive.ABS, x);
  }

  static ScalarFn shl(ScalarFn x, int distance) {
    return apply(ScalarPrimitive.SHL, x, i32(distance));
  }

  static ScalarFn shr(ScalarFn x, int distance) {
    return apply(ScalarPrimitive.SHR, x, i32(distance));
  }

  static ScalarFn ushr(ScalarFn x, int distance) {
    return apply(ScalarPrimitive.USHR, x, i32(distance));
  }

  /// The sign bit of a float, as `i32`.
  static ScalarFn signOf(ScalarFn x) {
    return bits(x).and(SIGN_MASK);
  }

  /// `x` with its sign flipped where that sign bit is set.
  static ScalarFn flipSign(ScalarFn x, ScalarFn sign) {
    return fromBits(apply(ScalarPrimitive.XOR, bits(x), sign));
  }

  /// A value whose sign is clear (or already the same), with that sign bit.
  static ScalarFn withSign(ScalarFn x, ScalarFn sign) {
    return fromBits(bits(x).or(sign));
  }

  /// `c[0] + c[1] x + c[2] x^2 ...` by Horner's rule, one fma a coefficient.
  static ScalarFn polynomial(ScalarFn x, float... c) {
    ScalarFn sum = f32(c[c.length - 1]);
    for (int i = c.length - 2; i >= 0; i--) {
      sum = fma(sum, x, f32(c[i]));
    }
    return sum;
  }

  /// `c - a * b`, rounded once.
  static ScalarFn minusProduct(ScalarFn c, ScalarFn a, float b) {
    return fma(a, f32(-b), c);
  }
}
