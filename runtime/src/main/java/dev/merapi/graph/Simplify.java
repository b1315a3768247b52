package dev.merapi.graph;

import static dev.merapi.graph.ScalarPrimitive.*;

import dev.merapi.graph.ScalarFn.Apply;
import dev.merapi.graph.ScalarFn.Const;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Removes from a scalar expression what symbolic derivatives leave behind: products with 0 and 1,
/// sums with 0, selections between equal branches.
///
/// `0 * x` becomes 0 here although IEEE has NaN for an infinite `x`: a zero that a derivative rule
/// wrote down means "does not depend on it", not a number to be multiplied. So this is applied to
/// derivatives only, never to what the user wrote.
public final class Simplify {
  private Simplify() {}

  /// The simplified expression; shared sub-expressions stay shared.
  public static ScalarFn apply(ScalarFn fn) {
    return walk(fn, new IdentityHashMap<>());
  }

  private static ScalarFn walk(ScalarFn fn, Map<ScalarFn, ScalarFn> done) {
    ScalarFn known = done.get(fn);
    if (known != null) {
      return known;
    }
    ScalarFn result = fn;
    if (fn instanceof Apply(ScalarPrimitive primitive, List<ScalarFn> operands, _)) {
      result = rebuild(primitive, operands.stream().map(each -> walk(each, done)).toList());
    }
    done.put(fn, result);
    return result;
  }

  private static ScalarFn rebuild(ScalarPrimitive primitive, List<ScalarFn> operands) {
    ScalarFn unchanged = ScalarFn.apply(primitive, operands);
    ScalarFn first = operands.getFirst();
    ScalarFn last = operands.getLast();
    if (!unchanged.type().isFloat()) {
      return unchanged;
    }
    if (primitive == ADD) {
      return isConst(first, 0) ? last : isConst(last, 0) ? first : unchanged;
    }
    if (primitive == SUB) {
      return isConst(last, 0) ? first : isConst(first, 0) ? last.negate() : unchanged;
    }
    if (primitive == MUL) {
      return product(first, last, unchanged);
    }
    if (primitive == DIV) {
      return isConst(first, 0) ? first : isConst(last, 1) ? first : unchanged;
    }
    if (primitive == NEG) {
      return isConst(first, 0) ? first : unchanged;
    }
    return primitive == SELECT && operands.get(1).equals(last) ? last : unchanged;
  }

  private static ScalarFn product(ScalarFn a, ScalarFn b, ScalarFn unchanged) {
    if (isConst(a, 0) || isConst(b, 0)) {
      return ScalarFn.f32(0);
    }
    if (isConst(a, 1)) {
      return b;
    }
    if (isConst(b, 1)) {
      return a;
    }
    return isConst(b, -1) ? a.negate() : isConst(a, -1) ? b.negate() : unchanged;
  }

  private static boolean isConst(ScalarFn fn, double value) {
    return fn instanceof Const constant && constant.type().isFloat() && constant.value() == value;
  }
}
