package dev.merapi.kernels.machine.lower;

import static dev.merapi.kernels.x64.Instruction.*;

import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.LaneOp;
import dev.merapi.kernels.ir.Pure.Lanewise;
import dev.merapi.kernels.ir.Pure.Shift;
import dev.merapi.kernels.ir.Pure.Splat;
import dev.merapi.kernels.ir.Pure.ToInteger;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.ir.Word;
import dev.merapi.kernels.x64.Instruction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Operations on lanes.
final class Arithmetic {
  /// Rounding modes of `vroundps`, all without raising the flag of inexact results.
  private static final int NEAREST = 8;

  private static final int DOWN = 9;
  private static final int UP = 10;
  private static final int TO_ZERO = 11;

  private final Values values;
  private final Target target;
  private final Lir lir;
  private final LongLanes longs;

  Arithmetic(Values values) {
    this.values = values;
    this.target = values.target;
    this.lir = values.lir;
    this.longs = new LongLanes(values);
  }

  void lanewise(Lanewise lanewise) {
    VectorType type = lanewise.result().vector();
    List<Value> operands = lanewise.operands();
    int parts = target.parts(type);
    Reg[] results = new Reg[parts];
    for (int part = 0; part < parts; part++) {
      results[part] =
          part > 0 && isSame(operands, part)
              ? results[part - 1]
              : lanewise(lanewise.op(), type, operands, part);
    }
    values.define(lanewise.result(), results);
  }

  /// Whether a part has the operands of the part before.
  private boolean isSame(List<Value> operands, int part) {
    for (Value operand : operands) {
      Literal literal = values.literal(operand, 0);
      boolean isSame =
          literal == null
              ? values.reg(operand, part) == values.reg(operand, part - 1)
              : literal.splatBits() != 0;
      if (!isSame) {
        return false;
      }
    }
    return true;
  }

  private Reg lanewise(LaneOp op, VectorType type, List<Value> operands, int part) {
    if (op == LaneOp.FMA) {
      return fma(type, operands, part);
    }
    Lane lane = type.lane();
    if (op.arity() == 2 && op != LaneOp.ANDNOT) {
      return binary(op, type, operands.getFirst(), operands.get(1), part);
    }
    int bits = target.width(type);
    Value a = operands.getFirst();
    Instruction direct = LaneTable.vector(target, op, lane);
    if (direct != null) {
      Reg result = lir.vector(bits);
      lir.def(direct, result.all(), values.operand(a, part, direct, false));
      return result;
    }
    return switch (op) {
      case ANDNOT -> {
        Value b = operands.get(1);
        Instruction andNot = target.isWide() ? laneBits(lane) == 32 ? VPANDND : VPANDNQ : VPANDN;
        Reg result = lir.vector(bits);
        Reg inverted = values.reg(b, part);
        lir.def(andNot, result.all(), inverted.at(bits), values.operand(a, part, andNot, false));
        yield result;
      }
      case NOT -> with(xor(lane), a, part, bits, Literal.splat(laneBits(lane), -1));
      case NEG ->
          lane.isFloat()
              ? with(lane == Lane.F32 ? VXORPS : VXORPD, a, part, bits, sign(lane))
              : minus(lane, a, part, bits);
      case ABS ->
          lane.isFloat()
              ? with(lane == Lane.F32 ? VANDPS : VANDPD, a, part, bits, magnitude(lane))
              : longs.abs(values.reg(a, part), bits);
      case FLOOR -> rounded(lane, a, part, bits, DOWN);
      case CEIL -> rounded(lane, a, part, bits, UP);
      case ROUND -> rounded(lane, a, part, bits, NEAREST);
      case TRUNC -> rounded(lane, a, part, bits, TO_ZERO);
      default -> throw new IllegalStateException("lanes: op=" + op + ", type=" + type);
    };
  }

  private static int laneBits(Lane lane) {
    return lane.bits();
  }

  private Instruction xor(Lane lane) {
    return target.isWide() ? laneBits(lane) == 32 ? VPXORD : VPXORQ : VPXOR;
  }

  private static Literal sign(Lane lane) {
    return Literal.splat(lane.bits(), 1L << lane.bits() - 1);
  }

  private static Literal magnitude(Lane lane) {
    return Literal.splat(lane.bits(), ~(1L << lane.bits() - 1));
  }

  private Reg with(Instruction op, Value a, int part, int bits, Literal constant) {
    Reg result = lir.vector(bits);
    Arg second = values.literals.operand(constant, bits);
    lir.def(op, result.all(), values.reg(a, part).at(bits), second);
    return result;
  }

  private Reg minus(Lane lane, Value a, int part, int bits) {
    Instruction op = lane == Lane.I32 ? VPSUBD : VPSUBQ;
    Reg zero = values.literals.register(Literal.splat(laneBits(lane), 0));
    Reg result = lir.vector(bits);
    lir.def(op, result.all(), zero.at(bits), values.operand(a, part, op, false));
    return result;
  }

  private Reg rounded(Lane lane, Value a, int part, int bits, int mode) {
    Instruction op =
        target.isWide()
            ? lane == Lane.F32 ? VRNDSCALEPS : VRNDSCALEPD
            : lane == Lane.F32 ? VROUNDPS : VROUNDPD;
    Reg result = lir.vector(bits);
    lir.def(op, result.all(), values.operand(a, part, op, false), new Arg.Number(mode));
    return result;
  }

  private Reg binary(LaneOp op, VectorType type, Value a, Value b, int part) {
    int bits = target.width(type);
    boolean isScalar = type.count() == 1;
    Instruction direct = isScalar ? LaneTable.scalar(target, op, type.lane()) : null;
    isScalar = direct != null;
    if (direct == null) {
      direct = LaneTable.vector(target, op, type.lane());
    }
    if (op.isShift()) {
      return shifted(direct, type, values.reg(a, part), values.reg(b, part));
    }
    if (direct == null) {
      return longs.binary(op, values.reg(a, part), values.reg(b, part), bits);
    }
    boolean swapped = commutes(op) && values.isMemory(a) && !values.isMemory(b);
    Reg result = lir.vector(bits);
    Reg first = values.reg(swapped ? b : a, part);
    Step step =
        lir.def(
            direct,
            result.all(),
            first.at(bits),
            values.operand(swapped ? a : b, part, direct, isScalar));
    step.isScalar = isScalar;
    return result;
  }

  private static boolean commutes(LaneOp op) {
    return switch (op) {
      case ADD, MUL, AND, OR, XOR -> true;
      default -> false;
    };
  }

  /// The processor takes long distances for what they are, so their high bits go first.
  private Reg shifted(@Nullable Instruction direct, VectorType type, Reg a, Reg distance) {
    int bits = target.width(type);
    int laneBits = laneBits(type.lane());
    Reg low = lir.vector(bits);
    Instruction and = target.isWide() ? laneBits == 32 ? VPANDD : VPANDQ : VPAND;
    Literal most = Literal.splat(laneBits, laneBits - 1);
    lir.def(and, low.all(), distance.at(bits), values.literals.operand(most, bits));
    if (direct == null) {
      return longs.shiftRight(a, low, bits);
    }
    Reg result = lir.vector(bits);
    lir.def(direct, result.all(), a.at(bits), low.all());
    return result;
  }

  private Reg fma(VectorType type, List<Value> operands, int part) {
    Value a = operands.get(0);
    Value b = operands.get(1);
    Value c = operands.get(2);
    int bits = target.width(type);
    boolean isScalar = type.count() == 1;
    Reg result = lir.vector(bits);
    // What dies is written over; of the others one may be in memory, and a sum rather stays.
    int order;
    Value over;
    Value middle;
    Value last;
    boolean factorDies = values.dies(a) || values.dies(b);
    if (!factorDies || values.dies(c) && !values.isMemory(c)) {
      boolean swapped = values.isMemory(a) && !values.isMemory(b);
      order = 231;
      over = c;
      middle = swapped ? b : a;
      last = swapped ? a : b;
    } else {
      boolean second = values.dies(b) && !values.dies(a) || values.isMemory(a);
      over = second ? b : a;
      Value other = second ? a : b;
      boolean swapped = values.isMemory(other) && !values.isMemory(c);
      order = swapped ? 132 : 213;
      middle = swapped ? c : other;
      last = swapped ? other : c;
    }
    Instruction op = LaneTable.fma(order, type.lane(), isScalar);
    Reg between = values.reg(middle, part);
    Arg end = values.operand(last, part, op, isScalar);
    moveTo(result, over, part);
    lir.update(op, result.all(), between.at(bits), end).isScalar = isScalar;
    return result;
  }

  /// Copies a part of a vector.
  void moveTo(Reg to, Value from, int part) {
    Literal literal = values.literal(from, part);
    if (literal != null) {
      lir.constant(to, literal);
    } else {
      lir.move(to, values.reg(from, part));
    }
  }

  // Shifts by one distance

  void shift(Shift shift) {
    VectorType type = shift.result().vector();
    int bits = target.width(type);
    int distance = shift.distance();
    if (distance == 0) {
      values.define(shift.result(), values.registers(shift.operand()));
      return;
    }
    Reg[] results = new Reg[target.parts(type)];
    for (int part = 0; part < results.length; part++) {
      results[part] =
          shift(shift.op(), type.lane(), values.reg(shift.operand(), part), bits, distance);
    }
    values.define(shift.result(), results);
  }

  private Reg shift(LaneOp op, Lane lane, Reg a, int bits, int distance) {
    boolean isLong = lane == Lane.I64;
    Instruction direct =
        switch (op) {
          case SHL -> isLong ? VPSLLQ : VPSLLD;
          case USHR -> isLong ? VPSRLQ : VPSRLD;
          default -> isLong ? target.isWide() ? VPSRAQ : null : VPSRAD;
        };
    return direct == null ? longs.shiftRight(a, distance, bits) : shift(direct, a, bits, distance);
  }

  /// A shift of all lanes by an instruction.
  Reg shift(Instruction op, Reg a, int bits, int distance) {
    Reg result = lir.vector(bits);
    lir.def(op, result.all(), a.at(bits), new Arg.Number(distance)).fixed();
    return result;
  }

  // Scalars

  void splat(Splat splat) {
    VectorType type = splat.result().vector();
    int parts = target.parts(type);
    Value scalar = splat.scalar();
    if (values.isConstant(scalar)) {
      Literal literal = Literal.splat(type.lane().bits(), values.constant(scalar));
      values.defineAll(splat.result(), values.literals.register(literal), parts);
      return;
    }
    int bits = target.width(type);
    Reg all =
        scalar.type() == Word.INTEGER
            ? broadcast(values.reg(scalar, 0), type.lane().bits(), bits)
            : broadcast(values.scalar(scalar), type.lane().bits(), bits);
    values.defineAll(splat.result(), all, parts);
  }

  /// The first lane of a register, or a lane of memory, in all lanes.
  Reg broadcast(Arg lane, int laneBits, int bits) {
    Reg result = lir.vector(bits);
    lir.def(broadcastOp(laneBits, bits), result.all(), lane).scalar();
    return result;
  }

  static Instruction broadcastOp(int laneBits, int bits) {
    return laneBits == 32 ? VBROADCASTSS : bits == 128 ? VMOVDDUP : VBROADCASTSD;
  }

  /// The low bits of a general register in all lanes.
  Reg broadcast(Reg word, int laneBits, int bits) {
    Reg result = lir.vector(bits);
    if (target.isWide()) {
      Instruction op = laneBits == 32 ? VPBROADCASTD : VPBROADCASTQ;
      lir.def(op, result.all(), word.at(laneBits)).fixed();
      return result;
    }
    Reg low = lir.vector(128);
    lir.def(laneBits == 32 ? VMOVD : VMOVQ, low.all(), word.at(laneBits)).fixed();
    lir.def(laneBits == 32 ? VPBROADCASTD : VPBROADCASTQ, result.all(), low.all()).scalar();
    return result;
  }

  void toInteger(ToInteger scalar) {
    Lane lane = scalar.scalar().vector().lane();
    Reg from = values.reg(scalar.scalar(), 0);
    Reg result = lir.general();
    if (lane == Lane.I64) {
      lir.def(VMOVQ, result.all(), from.at(128)).fixed();
    } else {
      lir.def(VMOVD, result.at(32), from.at(128)).fixed();
      Reg wide = lir.general();
      lir.def(MOVSXD, wide.all(), result.at(32)).fixed();
      result = wide;
    }
    values.define(scalar.result(), result);
  }
}
