package dev.merapi.autodiff;

import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarFn.Apply;
import dev.merapi.graph.ScalarFn.Arg;
import dev.merapi.graph.ScalarFn.Const;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.graph.Simplify;
import java.util.List;

/// The symbolic partial derivative of a scalar function: the chain rule over
/// [PrimitiveDerivatives].
public final class ScalarDerivative {
  private static final ScalarFn ZERO = ScalarFn.f32(0);

  private final ScalarFn fn;
  private final ScalarFn value;

  private ScalarDerivative(ScalarFn fn) {
    this.fn = fn;
    value = ScalarFn.arg(fn.arity());
  }

  /// The derivative of an `f32` function by one of its `f32` arguments.
  ///
  /// It is an expression over the function's arguments and, as argument number `fn.arity()`, the
  /// function's value.
  public static ScalarFn of(ScalarFn fn, int argument) {
    var derivative = new ScalarDerivative(fn);
    return fn.fold((part, derivatives) ->
        switch (part) {
          case Arg(int index, _) -> index == argument ? ScalarFn.f32(1) : ZERO;
          case Const _ -> ZERO;
          case Apply apply -> apply.type().isFloat() ? derivative.derive(apply, derivatives) : ZERO;
        });
  }

  /// The chain rule.
  ///
  /// @param derivatives of the operands
  private ScalarFn derive(Apply apply, List<ScalarFn> derivatives) {
    List<ScalarFn> operands = apply.operands();
    if (apply.primitive() == ScalarPrimitive.SELECT) {
      ScalarFn yes = derivatives.get(1);
      ScalarFn no = derivatives.get(2);
      return isZero(yes) && isZero(no) ? ZERO : operands.getFirst().select(yes, no);
    }
    ScalarFn output = apply == fn ? value : apply;
    ScalarFn sum = ZERO;
    for (int k = 0; k < operands.size(); k++) {
      ScalarFn inner = derivatives.get(k);
      if (!isZero(inner)) {
        ScalarFn outer = PrimitiveDerivatives.of(apply.primitive(), k, operands, output);
        sum = Simplify.sum(sum, Simplify.product(inner, outer));
      }
    }
    return sum;
  }

  private static boolean isZero(ScalarFn fn) {
    return fn.equals(ZERO);
  }
}
