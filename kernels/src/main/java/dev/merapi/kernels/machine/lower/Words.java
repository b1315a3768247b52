package dev.merapi.kernels.machine.lower;

import static dev.merapi.kernels.x64.Instruction.ADD;
import static dev.merapi.kernels.x64.Instruction.AND;
import static dev.merapi.kernels.x64.Instruction.CMOVG;
import static dev.merapi.kernels.x64.Instruction.CMOVL;
import static dev.merapi.kernels.x64.Instruction.CMP;
import static dev.merapi.kernels.x64.Instruction.IMUL;
import static dev.merapi.kernels.x64.Instruction.JE;
import static dev.merapi.kernels.x64.Instruction.JG;
import static dev.merapi.kernels.x64.Instruction.JGE;
import static dev.merapi.kernels.x64.Instruction.JL;
import static dev.merapi.kernels.x64.Instruction.JLE;
import static dev.merapi.kernels.x64.Instruction.JNE;
import static dev.merapi.kernels.x64.Instruction.LEA;
import static dev.merapi.kernels.x64.Instruction.OR;
import static dev.merapi.kernels.x64.Instruction.SAR;
import static dev.merapi.kernels.x64.Instruction.SARX;
import static dev.merapi.kernels.x64.Instruction.SHL;
import static dev.merapi.kernels.x64.Instruction.SHLX;
import static dev.merapi.kernels.x64.Instruction.SHR;
import static dev.merapi.kernels.x64.Instruction.SHRX;
import static dev.merapi.kernels.x64.Instruction.SUB;
import static dev.merapi.kernels.x64.Instruction.XOR;

import dev.merapi.kernels.ir.Address;
import dev.merapi.kernels.ir.Comparison;
import dev.merapi.kernels.ir.IntOp;
import dev.merapi.kernels.ir.Pure.AddressOf;
import dev.merapi.kernels.ir.Pure.IntBinary;
import dev.merapi.kernels.ir.Pure.IntCompare;
import dev.merapi.kernels.ir.Value;
import dev.merapi.kernels.x64.Instruction;

/// Integers, pointers and addresses.
final class Words {
  /// What the parts of a vector lie apart at most.
  private static final int REACH = 1 << 10;

  private static final int MAX_SCALE = 8;

  private final Values values;
  private final Lir lir;

  Words(Values values) {
    this.values = values;
    this.lir = values.lir;
  }

  /// A word in a register.
  Reg reg(Value value) {
    if (!values.isConstant(value)) {
      return values.reg(value, 0);
    }
    Reg reg = lir.general();
    lir.number(reg, values.constant(value));
    return reg;
  }

  /// A word as the last operand of an instruction.
  Arg operand(Value value) {
    if (values.isConstant(value)) {
      long number = values.constant(value);
      if (number == (int) number) {
        return new Arg.Number(number);
      }
    }
    return reg(value).all();
  }

  /// A copy of a word, which may be changed.
  Reg copy(Value value) {
    Reg copy = lir.general();
    copyTo(copy, value);
    return copy;
  }

  void copyTo(Reg to, Value value) {
    if (values.isConstant(value)) {
      lir.number(to, values.constant(value));
    } else {
      lir.move(to, values.reg(value, 0));
    }
  }

  void binary(IntBinary binary) {
    values.define(binary.result(), result(binary.op(), binary.a(), binary.b()));
  }

  private Reg result(IntOp op, Value a, Value b) {
    boolean isKnown = values.isConstant(b);
    long known = isKnown ? values.constant(b) : 0;
    boolean isShort = isKnown && known == (int) known;
    return switch (op) {
      case ADD ->
          isShort
              ? lea(new Arg.Memory(reg(a), null, 1, (int) known, 0, false))
              : lea(new Arg.Memory(reg(a), reg(b), 1, 0, 0, false));
      case SUB -> update(SUB, a, b);
      case AND -> update(AND, a, b);
      case OR -> update(OR, a, b);
      case XOR -> update(XOR, a, b);
      case MUL -> isShort ? timesConstant(a, known) : update(IMUL, a, b);
      case SHL -> isKnown ? shift(SHL, a, known) : shift(SHLX, a, b);
      case SHR -> isKnown ? shift(SAR, a, known) : shift(SARX, a, b);
      case USHR -> isKnown ? shift(SHR, a, known) : shift(SHRX, a, b);
      case MIN -> select(CMOVG, a, b);
      case MAX -> select(CMOVL, a, b);
    };
  }

  private Reg lea(Arg.Memory address) {
    Reg result = lir.general();
    lir.def(LEA, result.all(), address);
    return result;
  }

  private Reg update(Instruction op, Value a, Value b) {
    Arg second = op == IMUL ? reg(b).all() : operand(b);
    Reg result = copy(a);
    lir.update(op, result.all(), second);
    return result;
  }

  private Reg timesConstant(Value a, long factor) {
    Reg result = lir.general();
    lir.def(IMUL, result.all(), reg(a).all(), new Arg.Number(factor));
    return result;
  }

  private Reg shift(Instruction op, Value a, long distance) {
    Reg result = copy(a);
    long low = distance & Long.SIZE - 1;
    if (low != 0) {
      lir.update(op, result.all(), new Arg.Number(low));
    }
    return result;
  }

  private Reg shift(Instruction op, Value a, Value distance) {
    Reg result = lir.general();
    lir.def(op, result.all(), reg(a).all(), reg(distance).all()).fixed();
    return result;
  }

  private Reg select(Instruction move, Value a, Value b) {
    Reg second = reg(b);
    Reg result = copy(a);
    lir.effect(CMP, result.all(), second.all());
    lir.update(move, result.all(), second.all());
    return result;
  }

  /// A word, but no less than zero and no more than a number. Where it is known to be small and not
  /// negative it is taken as it is.
  Reg between(Value a, int limit) {
    Reg word = reg(a);
    if (isBelow(a, limit)) {
      return word;
    }
    Reg result = lir.general();
    lir.number(result, limit);
    lir.effect(CMP, word.all(), new Arg.Number(limit));
    lir.update(CMOVL, result.all(), word.all());
    Reg zero = lir.general();
    lir.number(zero, 0);
    lir.effect(CMP, result.all(), new Arg.Number(0));
    lir.update(CMOVL, result.all(), zero.all());
    return result;
  }

  /// Whether a word is what is left of a number when its multiple of a power of two is taken away:
  /// the last lanes of a loop, fewer than a limit.
  private boolean isBelow(Value word, int limit) {
    return values.definition(word) instanceof IntBinary(_, IntOp sub, Value whole, Value full)
        && sub == IntOp.SUB
        && values.definition(full) instanceof IntBinary(_, IntOp and, Value same, Value unit)
        && and == IntOp.AND
        && same == whole
        && values.isConstant(unit)
        && isUnit(-values.constant(unit), limit);
  }

  private static boolean isUnit(long lanes, int limit) {
    return Long.bitCount(lanes) == 1 && lanes > 0 && lanes <= limit;
  }

  // Comparisons

  /// Jumps if a comparison does not hold.
  void jumpUnless(IntCompare compare, Mark to) {
    compare(reg(compare.a()), operand(compare.b()));
    lir.jump(opposite(compare.comparison()), to);
  }

  void compare(Reg a, Arg b) {
    lir.effect(CMP, a.all(), b);
  }

  private static Instruction opposite(Comparison comparison) {
    return switch (comparison) {
      case LT -> JGE;
      case LE -> JG;
      case EQ -> JNE;
      case NE -> JE;
      case GE -> JL;
      case GT -> JLE;
    };
  }

  // Addresses

  void addressOf(AddressOf address) {
    values.define(address.result(), lea(memory(address.address())));
  }

  /// Adds to a register, whatever is in it.
  void increase(Reg reg, Arg by) {
    lir.update(ADD, reg.all(), by);
  }

  /// The memory at an address. What only adds up addresses is taken into it.
  Arg.Memory memory(Address address) {
    Value base = address.base();
    Value index = address.index();
    int scale = address.scale();
    long offset = address.offset();
    while (values.definition(base) instanceof AddressOf(_, Address inner)) {
      Value second = inner.index();
      if (!fits(offset + inner.offset())
          || second != null && (index != null || !values.isOwn(base) || values.uses(base) > 1)) {
        break;
      }
      if (second != null) {
        index = second;
        scale = inner.scale();
      }
      base = inner.base();
      offset += inner.offset();
    }
    while (index != null) {
      if (values.isConstant(index)) {
        long distance = distance(index, scale);
        if (!fits(offset + distance)) {
          break;
        }
        offset += distance;
        index = null;
      } else if (values.definition(index) instanceof IntBinary(_, IntOp op, Value a, Value b)
          && values.isConstant(b)) {
        long distance = distance(b, scale);
        if (op == IntOp.ADD && fits(offset + distance)) {
          offset += distance;
        } else if (op == IntOp.SHL && isScale(values.constant(b), scale)) {
          scale <<= (int) values.constant(b);
        } else {
          break;
        }
        index = a;
      } else {
        break;
      }
    }
    Reg register = index == null ? null : reg(index);
    int times = index == null ? 1 : scale;
    Arg.Memory memory = new Arg.Memory(reg(base), register, times, (int) offset, 0, false);
    // The parts of a vector lie behind each other.
    return fits(offset) ? memory : new Arg.Memory(lea(memory), null, 1, 0, 0, false);
  }

  /// A constant times a scale, or far too much.
  private long distance(Value constant, int scale) {
    long known = values.constant(constant);
    return known == (int) known ? known * scale : Long.MAX_VALUE / 2;
  }

  private static boolean isScale(long shift, int scale) {
    return shift >= 0 && shift < MAX_SCALE && scale << shift <= MAX_SCALE;
  }

  private static boolean fits(long offset) {
    return offset > Integer.MIN_VALUE + REACH && offset < Integer.MAX_VALUE - REACH;
  }
}
