package dev.merapi.ops;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;

/// Short names in which bodies and derivatives of the catalogue read as mathematics.
final class Terms {
  /// The first argument.
  static final ScalarFn X = ScalarFn.arg(0);

  /// The second argument.
  static final ScalarFn Y = ScalarFn.arg(1);

  /// The third argument.
  static final ScalarFn Z = ScalarFn.arg(2);

  /// In a derivative: the result of a function of one argument.
  static final ScalarFn RESULT = ScalarFn.arg(1);

  /// In a derivative: the result of a function of two arguments.
  static final ScalarFn RESULT_OF_TWO = ScalarFn.arg(2);

  static final ScalarFn ZERO = ScalarFn.f32(0);
  static final ScalarFn ONE = ScalarFn.f32(1);
  static final ScalarFn HALF = ScalarFn.f32(0.5);

  private Terms() {}

  static ScalarFn num(double value) {
    return ScalarFn.f32(value);
  }

  static ScalarFn abs(ScalarFn x) {
    return ScalarFn.apply(ScalarPrimitive.ABS, x);
  }

  static ScalarFn min(ScalarFn a, ScalarFn b) {
    return ScalarFn.apply(ScalarPrimitive.MIN, a, b);
  }

  static ScalarFn max(ScalarFn a, ScalarFn b) {
    return ScalarFn.apply(ScalarPrimitive.MAX, a, b);
  }

  static ScalarFn sqrt(ScalarFn x) {
    return ScalarFn.apply(ScalarPrimitive.SQRT, x);
  }

  static ScalarFn exp(ScalarFn x) {
    return ScalarFn.apply(ScalarPrimitive.EXP, x);
  }

  static ScalarFn expm1(ScalarFn x) {
    return ScalarFn.apply(ScalarPrimitive.EXPM1, x);
  }

  static ScalarFn log(ScalarFn x) {
    return ScalarFn.apply(ScalarPrimitive.LOG, x);
  }

  static ScalarFn log1p(ScalarFn x) {
    return ScalarFn.apply(ScalarPrimitive.LOG1P, x);
  }

  static ScalarFn sin(ScalarFn x) {
    return ScalarFn.apply(ScalarPrimitive.SIN, x);
  }

  static ScalarFn cos(ScalarFn x) {
    return ScalarFn.apply(ScalarPrimitive.COS, x);
  }

  static ScalarFn tanh(ScalarFn x) {
    return ScalarFn.apply(ScalarPrimitive.TANH, x);
  }

  static ScalarFn erf(ScalarFn x) {
    return ScalarFn.apply(ScalarPrimitive.ERF, x);
  }

  static ScalarFn pow(ScalarFn x, ScalarFn y) {
    return ScalarFn.apply(ScalarPrimitive.POW, x, y);
  }

  /// The logistic function; `exp` never overflows, tiny results keep their digits.
  static ScalarFn sigmoid(ScalarFn x) {
    ScalarFn e = exp(minusSize(x));
    return x.lessThan(ZERO).select(e, ONE).over(ONE.plus(e));
  }

  /// `log(1 + exp(x))`; `exp` never overflows, tiny results keep their digits.
  static ScalarFn softplusOf(ScalarFn x) {
    return relu(x).plus(log1p(exp(minusSize(x))));
  }

  /// `log(sigmoid(x))`, with the same care.
  static ScalarFn logSigmoidOf(ScalarFn x) {
    return x.lessThan(ZERO).select(x, ZERO).minus(log1p(exp(minusSize(x))));
  }

  /// `-|x|`, by a selection: at 0 its symbolic derivative is that of the branch for positive `x`,
  /// as in the selections beside it, so that the derivative of the whole is right there too.
  private static ScalarFn minusSize(ScalarFn x) {
    return x.lessThan(ZERO).select(x, x.negate());
  }

  static ScalarFn relu(ScalarFn x) {
    return x.lessThan(ZERO).select(ZERO, x);
  }

  /// `x` held in `[low, high]`, NaN stays; its derivative at the bounds is 1.
  static ScalarFn clampTo(ScalarFn x, double low, double high) {
    return x.lessThan(num(low)).select(num(low), num(high).lessThan(x).select(num(high), x));
  }

  /// Whether `low < x < high`.
  static ScalarFn inside(ScalarFn x, double low, double high) {
    return num(low).lessThan(x).and(x.lessThan(num(high)));
  }

  /// `x` held in `[low, high]`, NaN stays; its derivative at the bounds is 0.
  static ScalarFn hardClamp(ScalarFn x, double low, double high) {
    return x.atMost(num(low)).select(num(low), num(high).atMost(x).select(num(high), x));
  }

  /// The density of the standard normal distribution.
  static ScalarFn normalDensity(ScalarFn x) {
    return num(0.3989422804014327).times(exp(num(-0.5).times(x).times(x)));
  }

  /// The standard normal distribution's share below `x`.
  static ScalarFn normalShare(ScalarFn x) {
    return HALF.times(ONE.plus(erf(x.times(num(0.7071067811865476)))));
  }

  /// The tanh that approximates `2 * normalShare(x) - 1` (Hendrycks and Gimpel, arXiv:1606.08415).
  static ScalarFn gelusTanh(ScalarFn x) {
    ScalarFn cube = num(0.044715).times(x).times(x).times(x);
    return tanh(num(0.7978845608028654).times(x.plus(cube)));
  }

  /// The first argument of a type.
  static ScalarFn x(DType type) {
    return ScalarFn.arg(0, type);
  }

  /// The second argument of a type.
  static ScalarFn y(DType type) {
    return ScalarFn.arg(1, type);
  }

  /// The third argument of a type.
  static ScalarFn z(DType type) {
    return ScalarFn.arg(2, type);
  }

  /// -1, 0 or 1; 0 for NaN.
  static ScalarFn signOf(ScalarFn x) {
    return ZERO.lessThan(x).select(ONE, x.lessThan(ZERO).select(num(-1), ZERO));
  }

  /// The derivative of a minimum or maximum: nothing if the other one won, half of it if equal.
  static ScalarFn shareOf(ScalarFn lost) {
    return X.equalTo(Y).select(HALF, lost.select(ZERO, ONE));
  }
}
