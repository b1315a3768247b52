package dev.merapi.ops;

import static dev.merapi.ops.Entry.any;
import static dev.merapi.ops.Entry.f32;
import static dev.merapi.ops.Entry.logic;
import static dev.merapi.ops.Entry.numbers;
import static dev.merapi.ops.Oracles.truth;
import static dev.merapi.ops.ScalarFamilies.*;
import static dev.merapi.ops.Terms.*;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.DType;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.graph.Value;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The catalogue of elementwise operations: **adding one is adding one entry here**.
///
/// An entry is a body over [ScalarPrimitive]s, from which come its kernels on every backend, its
/// fusion, its file form and, unless the entry gives a better one, its derivative; and an oracle in
/// `double` that shares nothing with the body. Tests and benchmarks enumerate [#values()].
///
/// Operations with numbers of their own, such as a slope, are [ScalarFamilies].
///
/// Special values and derivatives at kinks are PyTorch's, under whose names the operations are
/// known. In a derivative [Terms#RESULT] is the value of the function itself.
public enum Elementwise {
  // Arithmetic

  /// `x + y`.
  ADD(numbers(t -> x(t).plus(y(t))).oracle((x, y) -> x + y).derivative(ONE, ONE).within(0.5)),
  /// `x - y`.
  SUB(numbers(t -> x(t).minus(y(t))).oracle((x, y) -> x - y).derivative(ONE, num(-1)).within(0.5)),
  /// `x * y`.
  MUL(numbers(t -> x(t).times(y(t))).oracle((x, y) -> x * y).derivative(Y, X).within(0.5)),
  /// `x / y`.
  DIV(
      f32(X.over(Y))
          .oracle((x, y) -> x / y)
          .derivative(ONE.over(Y), RESULT_OF_TWO.over(Y).negate())
          .within(0.5)),
  /// `x * y + z`, rounded once.
  FMA(
      f32(ScalarFn.fma(X, Y, Z))
          .oracleOf(x -> x[0] * x[1] + x[2])
          .derivative(Y, X, ONE)
          .within(0.5)),
  /// `-x`.
  NEG(numbers(t -> x(t).negate()).oracle(x -> -x).derivative(num(-1)).within(0)),
  /// The magnitude; its derivative at 0 is 0.
  ABS(numbers(t -> abs(x(t))).oracle(x -> x < 0 ? -x : x + 0).derivative(signOf(X)).within(0)),
  /// -1, 0 or 1 as `x` is negative, zero or positive; 0 for NaN.
  SIGN(f32(signOf(X)).oracle(x -> truth(x > 0) - truth(x < 0)).derivative(ZERO).within(0)),
  /// The smaller one, NaN if one is NaN; equal ones share the derivative.
  MIN(
      numbers(t -> min(x(t), y(t)))
          .oracle((x, y) -> StrictMath.min(x, y))
          .derivative(shareOf(Y.lessThan(X)), shareOf(X.lessThan(Y)))
          .within(0)),
  /// The larger one, NaN if one is NaN; equal ones share the derivative.
  MAX(
      numbers(t -> max(x(t), y(t)))
          .oracle((x, y) -> StrictMath.max(x, y))
          .derivative(shareOf(X.lessThan(Y)), shareOf(Y.lessThan(X)))
          .within(0)),
  /// `min(max(x, y), z)`: `x` held between two bounds.
  CLAMP(
      numbers(t -> min(max(x(t), y(t)), z(t)))
          .oracleOf(x -> Oracles.clamp(x[0], x[1], x[2]))
          .derivative(
              Y.atMost(X).and(X.atMost(Z)).select(ONE, ZERO),
              X.lessThan(Y).and(Y.lessThan(Z)).select(ONE, ZERO),
              Z.lessThan(X).or(Z.lessThan(Y)).select(ONE, ZERO))
          .within(0)),

  // Powers and roots

  /// `x * x`.
  SQUARE(numbers(t -> x(t).times(x(t))).oracle(x -> x * x).derivative(X.plus(X)).within(0.5)),
  /// The square root.
  SQRT(
      f32(sqrt(X))
          .oracle(StrictMath::sqrt)
          .derivative(HALF.over(RESULT))
          .in(0.001, 100)
          .within(0.5)),
  /// `1 / sqrt(x)`.
  RSQRT(
      f32(ONE.over(sqrt(X)))
          .oracle(x -> 1 / StrictMath.sqrt(x))
          .derivative(num(-0.5).times(RESULT).times(RESULT).times(RESULT))
          .in(0.001, 100)),
  /// `1 / x`.
  RECIPROCAL(
      f32(ONE.over(X)).oracle(x -> 1 / x).derivative(RESULT.times(RESULT).negate()).within(0.5)),
  /// `x` to the power `y`.
  POW(
      f32(pow(X, Y))
          .oracle(Oracles::pow)
          .derivative(
              Y.equalTo(ZERO).select(ZERO, Y.times(pow(X, Y.minus(ONE)))),
              X.equalTo(ZERO).and(ZERO.atMost(Y)).select(ZERO, RESULT_OF_TWO.times(log(X))))
          .in(new Domain(0.01, 20), new Domain(-10, 10))),

  // Exponential and logarithm

  /// `e` to the power `x`.
  EXP(f32(exp(X)).oracle(StrictMath::exp).derivative(RESULT).in(-104, 89)),
  /// `exp(x) - 1`, exact near 0.
  EXPM1(f32(expm1(X)).oracle(StrictMath::expm1).derivative(RESULT.plus(ONE)).in(-20, 88)),
  /// The natural logarithm.
  LOG(f32(log(X)).oracle(StrictMath::log).derivative(ONE.over(X)).in(1e-30, 1000)),
  /// `log(1 + x)`, exact near 0.
  LOG1P(f32(log1p(X)).oracle(StrictMath::log1p).derivative(ONE.over(ONE.plus(X))).in(-0.99, 100)),

  // Trigonometry and relatives

  /// The sine of an angle in radians.
  SIN(f32(sin(X)).oracle(StrictMath::sin).derivative(cos(X)).in(-100, 100)),
  /// The cosine of an angle in radians.
  COS(f32(cos(X)).oracle(StrictMath::cos).derivative(sin(X).negate()).in(-100, 100)),
  /// The hyperbolic tangent.
  TANH(f32(tanh(X)).oracle(StrictMath::tanh).derivative(ONE.minus(RESULT.times(RESULT)))),
  /// The arc tangent, in radians.
  ATAN(
      f32(ScalarFn.apply(ScalarPrimitive.ATAN, X))
          .oracle(StrictMath::atan)
          .derivative(ONE.over(ScalarFn.fma(X, X, ONE)))),
  /// The error function.
  ERF(
      f32(erf(X))
          .oracle(Oracles::erf)
          .derivative(num(1.1283791670955126).times(exp(X.times(X).negate())))
          .in(-5, 5)),

  // Rounding: derivative 0, as in PyTorch

  /// The largest integer that is not above `x`.
  FLOOR(
      f32(ScalarFn.apply(ScalarPrimitive.FLOOR, X))
          .oracle(StrictMath::floor)
          .derivative(ZERO)
          .within(0)),
  /// The smallest integer that is not below `x`.
  CEIL(
      f32(ScalarFn.apply(ScalarPrimitive.CEIL, X))
          .oracle(StrictMath::ceil)
          .derivative(ZERO)
          .within(0)),
  /// The nearest integer, halves to the even one.
  ROUND(
      f32(ScalarFn.apply(ScalarPrimitive.ROUND, X))
          .oracle(StrictMath::rint)
          .derivative(ZERO)
          .within(0)),

  // Activations

  /// `x` if positive, else 0; NaN stays. Its derivative at 0 is 0.
  RELU(
      f32(relu(X))
          .oracle(x -> Oracles.positiveOr(x, 0))
          .derivative(RESULT.atMost(ZERO).select(ZERO, ONE))
          .within(0)),
  /// `x` held in `[0, 6]`.
  RELU6(
      f32(clampTo(X, 0, 6))
          .oracle(x -> Oracles.clamp(x, 0, 6))
          .derivative(inside(X, 0, 6).select(ONE, ZERO))
          .within(0)),
  /// `x` held in `[-1, 1]`.
  HARD_TANH(
      f32(clampTo(X, -1, 1))
          .oracle(x -> Oracles.clamp(x, -1, 1))
          .derivative(inside(X, -1, 1).select(ONE, ZERO))
          .within(0)),
  /// `x` if positive, else `0.01 x`.
  LEAKY_RELU(f32(leakyRelu(0.01)).oracle(x -> Oracles.positiveOr(x, 0.01 * x))),
  /// `x` if positive, else `exp(x) - 1`.
  ELU(f32(elu(1)).oracle(x -> Oracles.positiveOr(x, StrictMath.exp(x) - 1)).within(3)),
  /// `x` if positive, else `exp(x) - 1`: ELU with a slope that stays continuous for every alpha.
  CELU(f32(celu(1)).oracle(x -> Oracles.positiveOr(x, StrictMath.expm1(x))).within(3)),
  /// The self-normalising ELU (Klambauer et al., arXiv:1706.02515).
  SELU(
      f32(num(1.0507009873554805).times(elu(1.6732632423543772)))
          .oracle(x ->
              1.0507009873554805 * Oracles.positiveOr(x, 1.6732632423543772 * StrictMath.expm1(x)))
          .within(4)),
  /// `x` times the normal distribution's share below it (Hendrycks and Gimpel, arXiv:1606.08415).
  GELU(
      f32(X.times(normalShare(X)))
          .oracle(x -> x * Oracles.normalShare(x))
          .derivative(normalShare(X).plus(X.times(normalDensity(X))))
          .within(4, 2)),
  /// GELU with the share approximated by a tanh.
  GELU_TANH(
      f32(HALF.times(X).times(ONE.plus(gelusTanh(X))))
          .oracle(x ->
              x
                  * Oracles.sigmoid(
                      2 * StrictMath.sqrt(2 / StrictMath.PI) * (x + 0.044715 * x * x * x)))
          .within(4, 2)),
  /// `x * sigmoid(x)`, also called swish.
  SILU(
      f32(X.times(sigmoid(X)))
          .oracle(x -> x * Oracles.sigmoid(x))
          .derivative(sigmoid(X).times(ONE.plus(X.times(sigmoid(X.negate())))))
          .in(-80, 80)
          .within(5)),
  /// `1 / (1 + exp(-x))`.
  SIGMOID(
      f32(sigmoid(X))
          .oracle(Oracles::sigmoid)
          .derivative(RESULT.times(ONE.minus(RESULT)))
          .in(-85, 85)
          .within(4)),
  /// `log(sigmoid(x))`.
  LOG_SIGMOID(
      f32(logSigmoidOf(X))
          .oracle(x -> -Oracles.softplus(-x))
          .derivative(sigmoid(X.negate()))
          .in(-85, 85)
          .within(5)),
  /// `log(1 + exp(x))`.
  SOFTPLUS(
      f32(softplusOf(X)).oracle(Oracles::softplus).derivative(sigmoid(X)).in(-85, 85).within(5)),
  /// `x * tanh(softplus(x))` (Misra, arXiv:1908.08681).
  MISH(
      f32(X.times(tanh(softplusOf(X))))
          .oracle(x -> x * StrictMath.tanh(Oracles.softplus(x)))
          .in(-80, 80)
          .within(5)),
  /// `relu6(x + 3) / 6`.
  HARD_SIGMOID(
      f32(clampTo(X.plus(num(3)), 0, 6).over(num(6)))
          .oracle(x -> Oracles.clamp(x / 6 + 0.5, 0, 1))
          .derivative(inside(X, -3, 3).select(num(1.0 / 6), ZERO))
          .within(2, 0.5)),
  /// `x / (1 + |x|)`.
  SOFTSIGN(
      f32(X.over(ONE.plus(abs(X))))
          .oracle(x -> x < 0 ? x / (1 - x) : x / (1 + x))
          .derivative(ONE.over(ONE.plus(abs(X)).times(ONE.plus(abs(X)))))),
  /// `x * relu6(x + 3) / 6` (Howard et al., arXiv:1905.02244).
  HARD_SWISH(
      f32(X.times(clampTo(X.plus(num(3)), 0, 6)).over(num(6)))
          .oracle(x -> x * Oracles.clamp(x / 6 + 0.5, 0, 1))
          .derivative(
              X.atMost(num(-3))
                  .select(ZERO, X.lessThan(num(3)).select(X.over(num(3)).plus(HALF), ONE)))
          .within(3, 1)),

  // Losses: an estimate and its target

  /// `-(y * log(x) + (1 - y) * log(1 - x))` of a probability `x`. As in PyTorch, logarithms are at
  /// least -100 and the derivative's divisor at least 1e-12, so that 0 and 1 give no infinity.
  BINARY_CROSS_ENTROPY(
      f32(Y.minus(ONE)
              .times(max(log1p(X.negate()), num(-100)))
              .minus(Y.times(max(log(X), num(-100)))))
          .oracle((x, y) -> y * Oracles.surprise(x) + (1 - y) * Oracles.surprise(1 - x))
          .derivative(
              X.minus(Y).over(max(ONE.minus(X).times(X), num(1e-12))),
              log1p(X.negate()).minus(log(X)))
          .in(new Domain(0.001, 0.999), new Domain(0, 1))
          .within(4, 1)),
  /// The same of `sigmoid(x)`, without the loss of digits.
  BINARY_CROSS_ENTROPY_WITH_LOGITS(
      f32(ONE.minus(Y).times(X).plus(softplusOf(X.negate())))
          .oracle((x, y) -> (1 - y) * x + Oracles.softplus(-x))
          .derivative(sigmoid(X).minus(Y), X.negate())
          .in(new Domain(-20, 20), new Domain(0, 1))
          .within(4, 20)),

  // Comparisons: false if one is NaN, but NE true

  /// `x < y`.
  LT(numbers(t -> x(t).lessThan(y(t))).oracle((x, y) -> truth(x < y))),
  /// `x <= y`.
  LE(numbers(t -> x(t).atMost(y(t))).oracle((x, y) -> truth(x <= y))),
  /// `x > y`.
  GT(numbers(t -> y(t).lessThan(x(t))).oracle((x, y) -> truth(x > y))),
  /// `x >= y`.
  GE(numbers(t -> y(t).atMost(x(t))).oracle((x, y) -> truth(x >= y))),
  /// `x == y`.
  EQ(any(t -> x(t).equalTo(y(t))).oracle((x, y) -> truth(x == y))),
  /// `x != y`.
  NE(any(t -> x(t).equalTo(y(t)).not()).oracle((x, y) -> truth(x != y))),

  // Logic: of truth values, and bit by bit of integers

  /// Both.
  AND(logic(t -> x(t).and(y(t))).oracle((x, y) -> (int) x & (int) y)),
  /// One or both.
  OR(logic(t -> x(t).or(y(t))).oracle((x, y) -> (int) x | (int) y)),
  /// One of both.
  XOR(
      logic(t -> ScalarFn.apply(ScalarPrimitive.XOR, x(t), y(t)))
          .oracle((x, y) -> (int) x ^ (int) y)),
  /// The opposite.
  NOT(Entry.truths(ScalarFn.arg(0, DType.BOOL).not()).oracle(x -> 1 - x)),
  /// `y` where `x` is true, `z` elsewhere; also called `where`.
  SELECT(
      any(t -> ScalarFn.arg(0, DType.BOOL).select(y(t), z(t)))
          .oracleOf(x -> x[0] != 0 ? x[1] : x[2])
          .within(0)),

  // Conversions

  /// As `f32`; integers beyond 2^24 are rounded.
  TO_F32(any(t -> ScalarFn.apply(ScalarPrimitive.TO_F32, x(t))).oracle(x -> x).within(0.5)),
  /// As `i32`: towards zero, saturating; NaN becomes 0.
  TO_I32(any(t -> ScalarFn.apply(ScalarPrimitive.TO_I32, x(t))).oracle(x -> (int) x)),
  /// Whether it differs from 0; true for NaN.
  TO_BOOL(any(t -> ScalarFn.apply(ScalarPrimitive.TO_BOOL, x(t))).oracle(x -> truth(x != 0)));

  private final Entry entry;

  Elementwise(Entry entry) {
    this.entry = entry;
  }

  /// The element types it exists for: what `body` takes.
  public Set<DType> types() {
    return Set.copyOf(entry.bodies().keySet());
  }

  /// The number of arguments.
  public int arity() {
    return entry.domains().size();
  }

  /// The body over arguments of a type (of `SELECT`, the type of the second and third argument).
  ///
  /// @throws MerapiException of kind `SHAPE` if it does not exist for that type
  public ScalarFn body(DType type) {
    ScalarFn body = entry.bodies().get(type);
    if (body == null) {
      throw MerapiException.of(Kind.SHAPE, label() + ": not defined for this type")
          .with("type", type)
          .with("defined for", entry.bodies().keySet())
          .hint("convert with toF32, toI32 or toBool");
    }
    return body;
  }

  /// The body over `f32` arguments.
  public ScalarFn body() {
    return body(DType.F32);
  }

  /// The entry's own derivative by each argument, if it has one: over the arguments, then the
  /// result. Without one the body is differentiated symbolically.
  public Optional<List<ScalarFn>> derivative() {
    return entry.derivative();
  }

  /// What it should give, in `double`.
  public Oracle oracle() {
    return entry.oracle();
  }

  /// Where tests draw each argument from.
  public List<Domain> domains() {
    return entry.domains();
  }

  /// The error allowed of a kernel.
  public Tolerance tolerance() {
    return entry.tolerance();
  }

  /// The name in messages and in Java: `LEAKY_RELU` is `leakyRelu`.
  public String label() {
    var label = new StringBuilder();
    for (String word : name().split("_", -1)) {
      String lower = word.toLowerCase(Locale.ROOT);
      label.append(
          label.isEmpty() ? lower : Character.toUpperCase(lower.charAt(0)) + lower.substring(1));
    }
    return label.toString();
  }

  /// Applies this operation; operands are broadcast to their common shape.
  ///
  /// @throws MerapiException of kind `SHAPE` if types or shapes do not fit
  public Value on(GraphBuilder builder, Value... operands) {
    try {
      return builder.map(body(Operands.type(this, operands)), operands);
    } catch (MerapiException e) {
      throw e.at(builder.path());
    }
  }
}
