package dev.merapi.compiler;

import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarFn.Apply;
import dev.merapi.graph.ScalarFn.Const;
import dev.merapi.graph.ScalarPrimitive;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What leaves every value of a scalar function as it is, NaN, infinities and both zeros included.
///
/// So `x + 0` stays (it makes -0 to 0) while `x + -0` goes; `0 * x` stays (it may be NaN). Equal
/// sub-expressions become one object, so that they are computed once.
final class ScalarRules {
  private final Map<Object, ScalarFn> shared = new HashMap<>();

  private ScalarRules() {}

  /// The simpler function; shared sub-expressions stay shared. The same object if nothing changes.
  static ScalarFn simplify(ScalarFn fn) {
    var rules = new ScalarRules();
    return fn.fold((part, operands) ->
        rules.shared(part instanceof Apply apply ? simplified(apply, operands) : part));
  }

  /// The one object for an expression whose operands are such objects already.
  private ScalarFn shared(ScalarFn fn) {
    return fn instanceof Apply apply
        ? shared.computeIfAbsent(new Shallow(apply), _ -> fn)
        : shared.computeIfAbsent(fn, _ -> fn);
  }

  /// An expression compared by its primitive and the identity of its operands.
  private record Shallow(Apply apply) {
    @Override
    public boolean equals(Object other) {
      if (!(other instanceof Shallow(Apply that)) || that.primitive() != apply.primitive()) {
        return false;
      }
      return areSame(apply.operands(), that.operands());
    }

    @Override
    public int hashCode() {
      int hash = apply.primitive().hashCode();
      for (ScalarFn operand : apply.operands()) {
        hash = 31 * hash + System.identityHashCode(operand);
      }
      return hash;
    }
  }

  /// @param x the operands, simpler
  private static ScalarFn simplified(Apply apply, List<ScalarFn> x) {
    ScalarPrimitive primitive = apply.primitive();
    ScalarFn unchanged = areSame(apply.operands(), x) ? apply : ScalarFn.apply(primitive, x);
    ScalarFn first = x.getFirst();
    ScalarFn last = x.getLast();
    return switch (primitive) {
      case ADD -> isZero(last, -0.0) ? first : isZero(first, -0.0) ? last : unchanged;
      case SUB -> isZero(last, 0.0) ? first : unchanged;
      case MUL -> isOne(last) ? first : isOne(first) ? last : unchanged;
      case DIV -> isOne(last) ? first : unchanged;
      case FMA ->
          isOne(x.get(1)) ? first.plus(last) : isOne(first) ? x.get(1).plus(last) : unchanged;
      case NEG, NOT -> is(first, primitive) ? operand(first) : unchanged;
      case ABS ->
          is(first, ScalarPrimitive.ABS)
              ? first
              : is(first, ScalarPrimitive.NEG)
                  ? ScalarFn.apply(primitive, operand(first))
                  : unchanged;
      case SELECT -> selected(x, unchanged);
      case TO_F32, TO_I32, TO_BOOL -> first.type() == unchanged.type() ? first : unchanged;
      case MIN, MAX, SQRT, FLOOR, CEIL, ROUND -> unchanged;
      case EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, ATAN, ERF, POW -> unchanged;
      case LT, LE, EQ, AND, OR, XOR, SHL, SHR, USHR, BITS, FROM_BITS -> unchanged;
    };
  }

  private static boolean areSame(List<ScalarFn> some, List<ScalarFn> others) {
    boolean same = true;
    for (int i = 0; i < some.size(); i++) {
      same &= some.get(i) == others.get(i);
    }
    return same;
  }

  private static ScalarFn selected(List<ScalarFn> x, ScalarFn unchanged) {
    if (x.getFirst() instanceof Const condition) {
      return x.get(condition.bits() != 0 ? 1 : 2);
    }
    return x.get(1).equals(x.get(2)) ? x.get(1) : unchanged;
  }

  private static boolean is(ScalarFn fn, ScalarPrimitive primitive) {
    return fn instanceof Apply apply && apply.primitive() == primitive;
  }

  private static ScalarFn operand(ScalarFn fn) {
    return ((Apply) fn).operands().getFirst();
  }

  private static boolean isOne(ScalarFn fn) {
    return fn instanceof Const constant && constant.value() == 1;
  }

  /// Whether it is this very zero; an integer has one zero only.
  private static boolean isZero(ScalarFn fn, double zero) {
    return fn instanceof Const constant
        && constant.value() == 0
        && (!constant.type().isFloat() || constant.equals(ScalarFn.f32(zero)));
  }
}
