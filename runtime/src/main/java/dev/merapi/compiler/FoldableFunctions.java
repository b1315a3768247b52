package dev.merapi.compiler;

import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarFn.Apply;
import dev.merapi.graph.ScalarPrimitive;

/// Which scalar functions have the same bits on every backend, NaN aside.
///
/// IEEE arithmetic, comparisons and integers have. Transcendental functions are each backend's own,
/// minima differ in the sign of zero, and the bits of a NaN can be looked at by `BITS`.
final class FoldableFunctions {
  private FoldableFunctions() {}

  static boolean contains(ScalarFn fn) {
    return fn.parts().stream()
        .allMatch(part -> !(part instanceof Apply apply) || isExact(apply.primitive()));
  }

  private static boolean isExact(ScalarPrimitive primitive) {
    return switch (primitive) {
      case ADD, SUB, MUL, DIV, NEG, ABS, FMA, SQRT -> true;
      case LT, LE, EQ, SELECT, AND, OR, XOR, NOT, SHL, SHR, USHR -> true;
      case TO_F32, TO_I32, TO_BOOL, FROM_BITS -> true;
      case MIN, MAX, FLOOR, CEIL, ROUND, BITS -> false;
      case EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, ATAN, ERF, POW -> false;
    };
  }
}
