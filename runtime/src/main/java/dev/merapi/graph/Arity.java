package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;

/// How many operands each operation takes: checked before types are inferred.
record Arity(int least, int most) {
  static void check(Op op, int operands) {
    Arity arity = of(op);
    if (operands < arity.least || operands > arity.most) {
      throw MerapiException.of(Kind.SHAPE, op.name() + ": wrong number of operands")
          .with("operands", operands)
          .with("expected", arity.least == arity.most ? arity.least : "at least " + arity.least);
    }
  }

  private static Arity of(Op op) {
    return switch (op) {
      case Source.RandomBits _ -> exactly(2);
      case Source _ -> exactly(0);
      case MapOp map -> new Arity(Math.max(1, map.fn().arity()), Integer.MAX_VALUE);
      case View.Concat _ -> new Arity(1, Integer.MAX_VALUE);
      case View _ -> exactly(1);
      case Reduce.WindowGrad _ -> exactly(2);
      case Reduce _ -> exactly(1);
      case Contract _ -> exactly(2);
      case Index.Gather _ -> exactly(2);
      case Index.Scatter _ -> exactly(3);
      case Custom _ -> new Arity(0, Integer.MAX_VALUE);
    };
  }

  private static Arity exactly(int count) {
    return new Arity(count, count);
  }
}
