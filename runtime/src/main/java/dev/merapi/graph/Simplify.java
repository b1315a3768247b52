package dev.merapi.graph;

import static dev.merapi.graph.ScalarPrimitive.DIV;
import static dev.merapi.graph.ScalarPrimitive.SELECT;

import dev.merapi.graph.ScalarFn.Apply;
import dev.merapi.graph.ScalarFn.Const;
import java.util.ArrayList;
import java.util.List;

/// Sums and products for derivatives, without the zeros and ones that the chain rule leaves behind.
///
/// A zero that a derivative rule wrote down means "does not depend on it", not a number to be
/// multiplied: `0 * x` is 0 here although IEEE has NaN for an infinite `x`, and a product with a
/// selection goes into its branches. Only the terms handed in are looked at: what the user wrote
/// below them stays as it is.
public final class Simplify {
  private Simplify() {}

  /// The sum of two derivatives.
  public static ScalarFn sum(ScalarFn a, ScalarFn b) {
    return isConst(a, 0) ? b : isConst(b, 0) ? a : a.plus(b);
  }

  /// The product of two derivatives.
  public static ScalarFn product(ScalarFn a, ScalarFn b) {
    if (isConst(a, 0) || isConst(b, 0)) {
      return ScalarFn.f32(0);
    }
    if (isConst(a, 1)) {
      return b;
    }
    if (isConst(b, 1)) {
      return a;
    }
    if (isConst(a, -1)) {
      return b.negate();
    }
    return switch (b) {
      case Apply select when isPlainSelection(select) -> intoBranches(a, select);
      case Apply(ScalarPrimitive primitive, List<ScalarFn> x, _)
          when primitive == DIV && isConst(x.getFirst(), 1) ->
          a.over(x.getLast());
      case Const _ when isConst(b, -1) -> a.negate();
      default -> a.times(b);
    };
  }

  /// A selection with a branch whose product needs no multiplication.
  private static boolean isPlainSelection(ScalarFn fn) {
    return fn instanceof Apply(ScalarPrimitive primitive, List<ScalarFn> x, _)
        && primitive == SELECT
        && (isPlain(x.get(1)) || isPlain(x.get(2)));
  }

  /// The product with a selection, and with those in its branches: of one inside the other there
  /// may be any number.
  private static ScalarFn intoBranches(ScalarFn a, Apply select) {
    var outer = new ArrayList<Apply>();
    ScalarFn rest = select;
    while (rest instanceof Apply each && isPlainSelection(each)) {
      outer.add(each);
      rest = each.operands().get(isPlain(each.operands().get(1)) ? 2 : 1);
    }
    ScalarFn product = product(a, rest);
    for (Apply each : outer.reversed()) {
      List<ScalarFn> x = each.operands();
      product =
          isPlain(x.get(1))
              ? x.getFirst().select(product(a, x.get(1)), product)
              : x.getFirst().select(product, product(a, x.get(2)));
    }
    return product;
  }

  /// Whether the product with this needs no multiplication.
  private static boolean isPlain(ScalarFn fn) {
    return isConst(fn, 0) || isConst(fn, 1);
  }

  private static boolean isConst(ScalarFn fn, double value) {
    return fn instanceof Const constant && constant.type().isFloat() && constant.value() == value;
  }
}
