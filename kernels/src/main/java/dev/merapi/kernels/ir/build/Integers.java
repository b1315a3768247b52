package dev.merapi.kernels.ir.build;

import dev.merapi.kernels.ir.IntOp;
import dev.merapi.kernels.ir.Pure.IntBinary;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.Word;
import java.util.OptionalLong;

/// Arithmetic on integers, folded where a constant makes it plain.
record Integers(RoutineBuilder builder) {
  Value apply(IntOp op, Value a, Value b) {
    OptionalLong left = builder.constant(a);
    OptionalLong right = builder.constant(b);
    if (left.isPresent() && right.isPresent()) {
      return builder.constant(op.apply(left.getAsLong(), right.getAsLong())).value();
    }
    if (left.isPresent() && commutes(op)) {
      return apply(op, b, a);
    }
    if (right.isEmpty()) {
      return op == IntOp.SUB && a == b ? builder.constant(0).value() : emit(op, a, b);
    }
    return withConstant(op, a, right.getAsLong(), b);
  }

  private static boolean commutes(IntOp op) {
    return switch (op) {
      case ADD, MUL, AND, OR, XOR, MIN, MAX -> true;
      case SUB, SHL, SHR, USHR -> false;
    };
  }

  private Value withConstant(IntOp op, Value a, long b, Value constant) {
    return switch (op) {
      case SUB -> apply(IntOp.ADD, a, builder.constant(-b).value());
      case ADD, OR, XOR, SHL, SHR, USHR -> b == 0 ? a : emit(op, a, constant);
      case MUL -> product(a, b, constant);
      case AND -> b == -1 ? a : b == 0 ? constant : emit(op, a, constant);
      case MIN, MAX -> emit(op, a, constant);
    };
  }

  private Value product(Value a, long factor, Value constant) {
    if (factor == 0) {
      return constant;
    }
    if (factor == 1) {
      return a;
    }
    return Long.bitCount(factor) == 1
        ? emit(IntOp.SHL, a, builder.constant(Long.numberOfTrailingZeros(factor)).value())
        : emit(IntOp.MUL, a, constant);
  }

  private Value emit(IntOp op, Value a, Value b) {
    return builder.pure(Word.INTEGER, out -> new IntBinary(out, op, a, b));
  }
}
