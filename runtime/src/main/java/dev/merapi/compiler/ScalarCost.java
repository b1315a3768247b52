package dev.merapi.compiler;

import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// About how many instructions a scalar function becomes: bounds the size of a fused kernel.
final class ScalarCost {
  private ScalarCost() {}

  static int of(ScalarFn fn) {
    return of(fn, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  private static int of(ScalarFn fn, Set<ScalarFn> seen) {
    if (!(fn instanceof ScalarFn.Apply(ScalarPrimitive primitive, List<ScalarFn> operands, _))
        || !seen.add(fn)) {
      return 0;
    }
    return of(primitive) + operands.stream().mapToInt(each -> of(each, seen)).sum();
  }

  static int of(ScalarPrimitive primitive) {
    return switch (primitive) {
      case ADD,
          SUB,
          MUL,
          DIV,
          NEG,
          ABS,
          FMA,
          SQRT,
          LT,
          LE,
          EQ,
          SELECT,
          AND,
          OR,
          XOR,
          NOT,
          SHL,
          SHR,
          USHR,
          TO_F32,
          TO_I32,
          TO_BOOL,
          BITS,
          FROM_BITS ->
          1;
      case MIN, MAX -> 4;
      case ROUND -> 8;
      case FLOOR, CEIL -> 12;
      case EXP, EXPM1, ATAN -> 20;
      case LOG, LOG1P, TANH, ERF -> 30;
      case SIN, COS -> 100;
      case POW -> 125;
    };
  }
}
