package dev.merapi.kernels.machine.lower;

import static dev.merapi.kernels.x64.Instruction.*;

import dev.merapi.kernels.ir.LaneOp;
import dev.merapi.kernels.x64.Instruction;

/// What AVX2 has no instructions for: multiplication, order and signed shifts of 64-bit lanes.
final class LongLanes {
  private static final int HALF = 32;

  private final Lir lir;
  private final Literals literals;

  LongLanes(Values values) {
    this.lir = values.lir;
    this.literals = values.literals;
  }

  private Reg op(Instruction op, int bits, Reg a, Reg b) {
    Reg result = lir.vector(bits);
    lir.def(op, result.all(), a.at(bits), b.at(bits));
    return result;
  }

  private Reg shift(Instruction op, int bits, Reg a, int distance) {
    Reg result = lir.vector(bits);
    lir.def(op, result.all(), a.at(bits), new Arg.Number(distance)).fixed();
    return result;
  }

  Reg binary(LaneOp op, Reg a, Reg b, int bits) {
    return switch (op) {
      case MUL -> product(a, b, bits);
      case MIN -> choose(op(VPCMPGTQ, bits, a, b), b, a, bits);
      case MAX -> choose(op(VPCMPGTQ, bits, a, b), a, b, bits);
      default -> throw new IllegalStateException("64-bit lanes: op=" + op);
    };
  }

  /// The products of the low halves, and of each high half with the other's low half, one half
  /// further up. Those of the high halves are lost.
  private Reg product(Reg a, Reg b, int bits) {
    Reg first = op(VPMULUDQ, bits, shift(VPSRLQ, bits, a, HALF), b);
    Reg second = op(VPMULUDQ, bits, shift(VPSRLQ, bits, b, HALF), a);
    Reg high = shift(VPSLLQ, bits, op(VPADDQ, bits, first, second), HALF);
    return op(VPADDQ, bits, op(VPMULUDQ, bits, a, b), high);
  }

  private Reg choose(Reg mask, Reg yes, Reg no, int bits) {
    Reg result = lir.vector(bits);
    Step step = lir.def(VBLENDVPD, result.all(), no.at(bits), yes.at(bits), mask.at(bits));
    step.memoryAt = 2;
    return result;
  }

  /// What is negative is inverted and one more.
  Reg abs(Reg a, int bits) {
    Reg zero = literals.register(Literal.splat(Long.SIZE, 0));
    Reg negative = op(VPCMPGTQ, bits, zero, a);
    return op(VPSUBQ, bits, op(VPXOR, bits, a, negative), negative);
  }

  /// Zeros are shifted in; where the sign then stands, `(x ^ sign) - sign` spreads it.
  Reg shiftRight(Reg a, Reg distance, int bits) {
    Reg signs = literals.register(Literal.splat(Long.SIZE, Long.MIN_VALUE));
    Reg sign = op(VPSRLVQ, bits, signs, distance);
    Reg shifted = op(VPSRLVQ, bits, a, distance);
    return op(VPSUBQ, bits, op(VPXOR, bits, shifted, sign), sign);
  }

  /// The same for one distance.
  Reg shiftRight(Reg a, int distance, int bits) {
    Reg sign = literals.register(Literal.splat(Long.SIZE, Long.MIN_VALUE >>> distance));
    Reg shifted = shift(VPSRLQ, bits, a, distance);
    return op(VPSUBQ, bits, op(VPXOR, bits, shifted, sign), sign);
  }
}
