package dev.merapi.kernels.machine.lower;

import dev.merapi.kernels.machine.lower.Step.Access;
import dev.merapi.kernels.machine.lower.Step.Kind;
import dev.merapi.kernels.x64.Instruction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The steps of a routine, and its virtual registers.
final class Lir {
  List<Step> steps = new ArrayList<>();
  final List<Reg> registers = new ArrayList<>();
  int depth;

  // Registers

  Reg general() {
    return register(Reg.Kind.GENERAL, Long.SIZE, null, false);
  }

  Reg vector(int bits) {
    return register(Reg.Kind.VECTOR, bits, null, false);
  }

  Reg mask() {
    return register(Reg.Kind.MASK, Short.SIZE, null, false);
  }

  Reg literal(Literal literal, int bits) {
    return register(
        literal.isMask() ? Reg.Kind.MASK : Reg.Kind.VECTOR,
        literal.isMask() ? Short.SIZE : bits,
        literal,
        false);
  }

  /// A register of the same kind.
  Reg like(Reg other) {
    return register(other.kind, other.bits, null, false);
  }

  /// A register of the same kind around one step.
  Reg brief(Reg other) {
    return register(other.kind, other.bits, null, true);
  }

  private Reg register(Reg.Kind kind, int bits, @Nullable Literal literal, boolean isBrief) {
    Reg reg = new Reg(registers.size(), kind, bits, literal, isBrief);
    registers.add(reg);
    return reg;
  }

  // Steps

  Step add(Step step) {
    step.depth = depth;
    steps.add(step);
    return step;
  }

  /// Writes the first operand. The last register may be memory.
  Step def(Instruction op, Arg... args) {
    return plain(op, Access.WRITE, args);
  }

  /// Reads and writes the first operand. The last register may be memory.
  Step update(Instruction op, Arg... args) {
    return plain(op, Access.UPDATE, args);
  }

  /// Writes memory or flags. The last register may be memory if it is not the first operand, and
  /// that is none.
  Step effect(Instruction op, Arg... args) {
    Step step = plain(op, Access.READ, args);
    step.hasEffect = true;
    return step;
  }

  private Step plain(Instruction op, Access first, Arg... args) {
    Step step = new Step(Kind.PLAIN, op, args);
    step.first = first;
    for (int i = args.length - 1; i > 0; i--) {
      if (args[i] instanceof Arg.Register register) {
        step.memoryAt = register.reg.kind == Reg.Kind.MASK ? -1 : i;
        break;
      }
    }
    return add(step);
  }

  void move(Reg to, Reg from) {
    add(moved(to, from));
  }

  /// A copy of as much as there is room for.
  static Step moved(Reg to, Reg from) {
    Step step = new Step(Kind.MOVE, null, to.all(), from.at(to.bits));
    step.first = Access.WRITE;
    return step;
  }

  void constant(Reg to, Literal literal) {
    add(constantOf(to, literal));
  }

  static Step constantOf(Reg to, Literal literal) {
    Step step = new Step(Kind.CONSTANT, null, to.all(), new Arg.Pool(literal, to.bits));
    step.first = Access.WRITE;
    return step;
  }

  void number(Reg to, long value) {
    Step step = new Step(Kind.CONSTANT, null, to.all(), new Arg.Number(value));
    step.first = Access.WRITE;
    add(step);
  }

  void jump(Instruction op, Mark mark) {
    Step step = new Step(Kind.JUMP, op);
    step.hasEffect = true;
    step.mark = mark;
    add(step);
  }

  void label(Mark mark) {
    marked(Kind.LABEL, null, mark);
  }

  void loop(Mark mark) {
    marked(Kind.LOOP, null, mark);
  }

  void again(Instruction op, Mark mark) {
    marked(Kind.AGAIN, op, mark);
  }

  private void marked(Kind kind, @Nullable Instruction op, Mark mark) {
    Step step = new Step(kind, op);
    step.hasEffect = true;
    step.mark = mark;
    add(step);
  }
}
