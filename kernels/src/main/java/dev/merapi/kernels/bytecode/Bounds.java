package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.Definitions;
import dev.merapi.kernels.ir.IntOp;
import dev.merapi.kernels.ir.Pure.Constant;
import dev.merapi.kernels.ir.Pure.IntBinary;
import dev.merapi.kernels.ir.Value;
import java.util.OptionalLong;

/// What is known of integers from the instructions that make them.
///
/// @param definitions of the routine
record Bounds(Definitions definitions) {
  /// The most that an integer can be which is never negative; empty where that is not known.
  OptionalLong most(Value integer) {
    return switch (definitions.of(integer).orElse(null)) {
      case Constant constant when constant.bits() >= 0 -> OptionalLong.of(constant.bits());
      case IntBinary(var _, IntOp op, Value a, Value b) when op == IntOp.AND -> masked(a, b);
      case IntBinary(var _, IntOp op, Value a, Value b) when op == IntOp.MUL -> product(a, b);
      case null, default -> OptionalLong.empty();
    };
  }

  private OptionalLong masked(Value a, Value b) {
    OptionalLong ofA = most(a);
    OptionalLong ofB = most(b);
    if (ofA.isEmpty() || ofB.isEmpty()) {
      return ofA.isPresent() ? ofA : ofB;
    }
    return OptionalLong.of(Math.min(ofA.getAsLong(), ofB.getAsLong()));
  }

  private OptionalLong product(Value a, Value b) {
    OptionalLong ofA = most(a);
    OptionalLong ofB = most(b);
    if (ofA.isEmpty() || ofB.isEmpty()) {
      return OptionalLong.empty();
    }
    long high = Math.multiplyHigh(ofA.getAsLong(), ofB.getAsLong());
    long low = ofA.getAsLong() * ofB.getAsLong();
    return high == 0 && low >= 0 ? OptionalLong.of(low) : OptionalLong.empty();
  }
}
