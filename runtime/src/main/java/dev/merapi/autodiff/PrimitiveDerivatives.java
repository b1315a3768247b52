package dev.merapi.autodiff;

import static dev.merapi.graph.ScalarFn.apply;
import static dev.merapi.graph.ScalarFn.f32;
import static dev.merapi.graph.ScalarFn.fma;

import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import java.util.List;

/// The table of derivatives: each primitive by each of its operands, in terms of operands and
/// value. At ties and kinks they are what PyTorch takes.
final class PrimitiveDerivatives {
  private static final double TWO_OVER_ROOT_PI = 1.1283791670955126;

  private PrimitiveDerivatives() {}

  /// @param k which of the operands to derive by
  /// @param x the operands
  /// @param y the primitive's value
  static ScalarFn of(ScalarPrimitive primitive, int k, List<ScalarFn> x, ScalarFn y) {
    ScalarFn a = x.getFirst();
    ScalarFn b = x.getLast();
    return switch (primitive) {
      case ADD, TO_F32 -> f32(1);
      case SUB -> f32(k == 0 ? 1 : -1);
      case NEG -> f32(-1);
      case MUL -> x.get(1 - k);
      case DIV -> k == 0 ? f32(1).over(b) : y.over(b).negate();
      case FMA -> k == 2 ? f32(1) : x.get(1 - k);
      case ABS -> a.lessThan(f32(0)).select(f32(-1), f32(0).lessThan(a).select(f32(1), f32(0)));
      case MIN -> half(a, b, k == 0 ? b.lessThan(a) : a.lessThan(b));
      case MAX -> half(a, b, k == 0 ? a.lessThan(b) : b.lessThan(a));
      case SQRT -> f32(1).over(f32(2).times(y));
      case EXP -> y;
      case EXPM1 -> y.plus(f32(1));
      case LOG -> f32(1).over(a);
      case LOG1P -> f32(1).over(a.plus(f32(1)));
      case SIN -> apply(ScalarPrimitive.COS, a);
      case COS -> apply(ScalarPrimitive.SIN, a).negate();
      case TANH -> fma(y.negate(), y, f32(1));
      case ATAN -> f32(1).over(fma(a, a, f32(1)));
      case ERF -> f32(TWO_OVER_ROOT_PI).times(apply(ScalarPrimitive.EXP, a.times(a).negate()));
      case POW -> k == 0 ? powByBase(a, b) : powByExponent(a, b, y);
      case SELECT -> k == 1 ? a.select(f32(1), f32(0)) : a.select(f32(0), f32(1));
      case FLOOR, CEIL, ROUND -> f32(0);
      case LT, LE, EQ, AND, OR, XOR, NOT, SHL, SHR, USHR, TO_I32, TO_BOOL, BITS, FROM_BITS ->
          f32(0);
    };
  }

  /// Equal operands share evenly; with NaN nobody loses, so that it flows to both.
  private static ScalarFn half(ScalarFn a, ScalarFn b, ScalarFn loses) {
    return a.equalTo(b).select(f32(0.5), loses.select(f32(0), f32(1)));
  }

  private static ScalarFn powByBase(ScalarFn base, ScalarFn exponent) {
    ScalarFn lower = apply(ScalarPrimitive.POW, base, exponent.minus(f32(1)));
    return exponent.equalTo(f32(0)).select(f32(0), exponent.times(lower));
  }

  private static ScalarFn powByExponent(ScalarFn base, ScalarFn exponent, ScalarFn power) {
    ScalarFn flat = base.equalTo(f32(0)).and(f32(0).atMost(exponent));
    return flat.select(f32(0), power.times(apply(ScalarPrimitive.LOG, base)));
  }
}
