package dev.merapi.kernels.machine.lower;

import static dev.merapi.kernels.x64.Imm.imm;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.machine.Frame;
import dev.merapi.kernels.x64.Assembler;
import dev.merapi.kernels.x64.Gpr;
import dev.merapi.kernels.x64.Imm;
import dev.merapi.kernels.x64.Instruction;
import dev.merapi.kernels.x64.KReg;
import dev.merapi.kernels.x64.Label;
import dev.merapi.kernels.x64.Mem;
import dev.merapi.kernels.x64.Operand;
import dev.merapi.kernels.x64.Vec;
import java.util.List;
import java.util.Map;

/// Writes the code of a routine whose registers have places.
final class Emission {
  private static final int LOOP_ALIGNMENT = 64;
  private static final long LOW_HALF = 0xffffffffL;

  private final Assembler code;
  private final Target target;
  private final Frame frame;
  private final WordMoves moves;
  private final Map<Routine, Label> functions;

  /// @param functions where routines begin that may be called
  Emission(
      Assembler code, Target target, Frame frame, WordMoves moves, Map<Routine, Label> functions) {
    this.code = code;
    this.target = target;
    this.frame = frame;
    this.moves = moves;
    this.functions = functions;
  }

  void run(Lir lir) {
    frame.prologue(code);
    for (int i = 0; i < lir.steps.size(); i++) {
      if (!isIdle(lir.steps, i)) {
        step(lir.steps.get(i));
      }
    }
    frame.epilogue(code);
  }

  /// Whether a step is a jump over nothing: to the end of a branch all of whose copies vanished.
  private static boolean isIdle(List<Step> steps, int index) {
    Step jump = steps.get(index);
    if (jump.kind != Step.Kind.JUMP) {
      return false;
    }
    for (int i = index + 1; i < steps.size(); i++) {
      Step next = steps.get(i);
      if (next.kind == Step.Kind.LABEL) {
        if (next.mark == jump.mark) {
          return true;
        }
      } else if (next.kind != Step.Kind.MOVE
          || ((Arg.Register) next.args[0]).reg.found().place
              != ((Arg.Register) next.args[1]).reg.found().place) {
        return false;
      }
    }
    return false;
  }

  private void step(Step step) {
    switch (step.kind) {
      case PLAIN -> plain(step, op(step));
      case MOVE -> move((Arg.Register) step.args[0], (Arg.Register) step.args[1]);
      case CONSTANT -> constant((Arg.Register) step.args[0], step.args[1]);
      case RELOAD -> reload((Arg.Register) step.args[0], (Arg.Stack) step.args[1]);
      case SPILL -> spill((Arg.Stack) step.args[0], (Arg.Register) step.args[1]);
      case LABEL -> code.bind(label(step));
      case JUMP, AGAIN -> code.emit(op(step), label(step));
      case LOOP -> {
        if (mark(step).isInnermost) {
          code.align(LOOP_ALIGNMENT);
        }
        code.bind(label(step));
      }
      case CALL -> {
        moves.call(step.args);
        Label function = functions.get(step.routine);
        if (function == null) {
          throw new IllegalStateException("no such function");
        }
        code.emit(Instruction.CALL, function);
      }
      case ENTRY -> moves.entry(step.args);
    }
  }

  private static Instruction op(Step step) {
    if (step.op == null) {
      throw new IllegalStateException("step without an instruction: kind=" + step.kind);
    }
    return step.op;
  }

  private static Mark mark(Step step) {
    if (step.mark == null) {
      throw new IllegalStateException("step without a mark: kind=" + step.kind);
    }
    return step.mark;
  }

  private Label label(Step step) {
    Mark mark = mark(step);
    if (mark.label == null) {
      mark.label = code.label();
    }
    return mark.label;
  }

  // Operands

  static Operand register(Arg.Register arg) {
    Reg reg = arg.reg.found();
    if (reg.place == Reg.NOWHERE) {
      throw new IllegalStateException("register without a place: kind=" + reg.kind);
    }
    return switch (reg.kind) {
      case GENERAL -> new Gpr(reg.place, arg.bits);
      case VECTOR -> new Vec(reg.place, arg.bits);
      case MASK -> new KReg(reg.place);
    };
  }

  private static Gpr general(Reg reg) {
    return Gpr.of(reg.found().place);
  }

  private Operand operand(Arg arg, Instruction op, boolean isScalar) {
    if (arg instanceof Arg.Register register) {
      return register(register);
    }
    if (arg instanceof Arg.Number number) {
      return imm(number.value);
    }
    if (arg instanceof Arg.Memory memory) {
      return memory(memory);
    }
    if (arg instanceof Arg.Stack stack) {
      return frame.slot(stack.slot.offset);
    }
    return pool((Arg.Pool) arg, op, isScalar);
  }

  private static Mem memory(Arg.Memory memory) {
    Gpr index = memory.index == null ? null : general(memory.index);
    return new Mem(
        general(memory.base),
        index,
        memory.scale,
        memory.offset,
        null,
        memory.bits,
        memory.broadcast);
  }

  /// One element where the instruction needs no more.
  private Mem pool(Arg.Pool pool, Instruction op, boolean isScalar) {
    Literal literal = pool.literal;
    if (literal.splatBits() != 0) {
      if (isScalar) {
        return literal.element(code);
      }
      if (target.isWide() && op.broadcastBits() == literal.splatBits()) {
        return literal.element(code).broadcast();
      }
    }
    return literal.whole(code, pool.bits);
  }

  // Instructions

  private void plain(Step step, Instruction op) {
    if (op == Instruction.LEA && step.args[1] instanceof Arg.Memory address) {
      lea((Arg.Register) step.args[0], address);
      return;
    }
    Operand[] operands = new Operand[step.args.length];
    for (int i = 0; i < operands.length; i++) {
      operands[i] = operand(step.args[i], op, step.isScalar);
    }
    if (step.mask != null) {
      operands[0] = masked(operands[0], new KReg(step.mask.found().place), step.zeroes);
    }
    code.emit(op, operands);
  }

  private static Operand masked(Operand destination, KReg mask, boolean zeroes) {
    if (destination instanceof Vec vector) {
      return zeroes ? vector.zero(mask) : vector.merge(mask);
    }
    return destination instanceof Mem memory
        ? memory.only(mask)
        : ((KReg) destination).within(mask);
  }

  /// An addition where the sum takes the place of a summand.
  private void lea(Arg.Register to, Arg.Memory address) {
    Gpr result = general(to.reg);
    Gpr base = general(address.base);
    Gpr index = address.index == null ? null : general(address.index);
    boolean isBase = result.number() == base.number();
    if (index == null && address.offset == 0) {
      move(result, base);
    } else if (index == null && isBase) {
      code.emit(Instruction.ADD, result, imm(address.offset));
    } else if (index != null && address.scale == 1 && address.offset == 0 && isBase) {
      code.emit(Instruction.ADD, result, index);
    } else if (index != null
        && address.scale == 1
        && address.offset == 0
        && result.number() == index.number()) {
      code.emit(Instruction.ADD, result, base);
    } else {
      code.emit(Instruction.LEA, result, memory(address));
    }
  }

  private void move(Gpr to, Gpr from) {
    if (to.number() != from.number()) {
      code.emit(Instruction.MOV, to, from);
    }
  }

  private void move(Arg.Register to, Arg.Register from) {
    Operand target = register(to);
    Operand source = register(from);
    if (target.equals(source)) {
      return;
    }
    code.emit(
        switch (to.reg.kind) {
          case GENERAL -> Instruction.MOV;
          case VECTOR -> Instruction.VMOVAPS;
          case MASK -> Instruction.KMOVW;
        },
        target,
        source);
  }

  private void constant(Arg.Register to, Arg from) {
    if (from instanceof Arg.Number number) {
      number(code, general(to.reg), number.value);
      return;
    }
    Literal literal = ((Arg.Pool) from).literal;
    if (literal.isMask()) {
      code.emit(Instruction.KMOVW, register(to), literal.element(code));
      return;
    }
    int place = to.reg.found().place;
    if (literal.isZero()) {
      Vec low = Vec.xmm(place);
      code.emit(Instruction.VXORPS, low, low, low);
    } else if (literal.splatBits() == 0) {
      code.emit(Instruction.VMOVUPS, register(to), literal.whole(code, to.bits));
    } else {
      Instruction op = Arithmetic.broadcastOp(literal.splatBits(), to.bits);
      code.emit(op, register(to), literal.element(code));
    }
  }

  /// Sets a register to a number, and leaves the flags alone.
  static void number(Assembler code, Gpr to, long value) {
    Imm constant = imm(value);
    code.emit(Instruction.MOV, (value & LOW_HALF) == value ? to.d() : to, constant);
  }

  private void reload(Arg.Register to, Arg.Stack from) {
    code.emit(access(to), register(to), frame.slot(from.slot.offset));
  }

  private void spill(Arg.Stack to, Arg.Register from) {
    code.emit(access(from), frame.slot(to.slot.offset), register(from));
  }

  private static Instruction access(Arg.Register register) {
    return switch (register.reg.kind) {
      case GENERAL -> Instruction.MOV;
      case VECTOR -> Instruction.VMOVUPS;
      case MASK -> Instruction.KMOVW;
    };
  }
}
