package dev.merapi.compiler;

import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;

/// About how many instructions a scalar function becomes: bounds the size of a fused kernel.
final class ScalarCost {
  private ScalarCost() {}

  static int of(ScalarFn fn) {
    long cost = 0;
    for (ScalarFn part : fn.parts()) {
      cost += part instanceof ScalarFn.Apply apply ? of(apply.primitive()) : 0;
    }
    return (int) Math.min(cost, Integer.MAX_VALUE);
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
