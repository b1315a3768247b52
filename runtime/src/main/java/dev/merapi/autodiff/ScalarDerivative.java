package dev.merapi.autodiff;

import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarFn.Apply;
import dev.merapi.graph.ScalarFn.Arg;
import dev.merapi.graph.ScalarFn.Const;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.graph.Simplify;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// The symbolic partial derivative of a scalar function: the chain rule over
/// [PrimitiveDerivatives].
public final class ScalarDerivative {
  private static final ScalarFn ZERO = ScalarFn.f32(0);

  private final ScalarFn fn;
  private final int argument;
  private final ScalarFn value;
  private final Map<ScalarFn, ScalarFn> known = new IdentityHashMap<>();

  private ScalarDerivative(ScalarFn fn, int argument) {
    this.fn = fn;
    this.argument = argument;
    value = ScalarFn.arg(fn.arity());
  }

  /// The derivative of an `f32` function by one of its `f32` arguments.
  ///
  /// It is an expression over the function's arguments and, as argument number `fn.arity()`, the
  /// function's value.
  public static ScalarFn of(ScalarFn fn, int argument) {
    return new ScalarDerivative(fn, argument).derive(fn);
  }

  private ScalarFn derive(ScalarFn part) {
    ScalarFn derived = known.get(part);
    if (derived == null) {
      derived =
          switch (part) {
            case Arg(int index, _) -> index == argument ? ScalarFn.f32(1) : ZERO;
            case Const _ -> ZERO;
            case Apply apply -> apply.type().isFloat() ? derive(apply) : ZERO;
          };
      known.put(part, derived);
    }
    return derived;
  }

  private ScalarFn derive(Apply apply) {
    List<ScalarFn> operands = apply.operands();
    if (apply.primitive() == ScalarPrimitive.SELECT) {
      ScalarFn yes = derive(operands.get(1));
      ScalarFn no = derive(operands.get(2));
      return isZero(yes) && isZero(no) ? ZERO : operands.getFirst().select(yes, no);
    }
    ScalarFn output = apply == fn ? value : apply;
    ScalarFn sum = ZERO;
    for (int k = 0; k < operands.size(); k++) {
      ScalarFn inner = derive(operands.get(k));
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
