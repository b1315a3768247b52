package dev.merapi.kernels.machine.lower;

import static dev.merapi.kernels.x64.Gpr.RAX;
import static dev.merapi.kernels.x64.Gpr.RSP;
import static dev.merapi.kernels.x64.Imm.imm;

import dev.merapi.kernels.machine.CallingConvention;
import dev.merapi.kernels.machine.Frame;
import dev.merapi.kernels.x64.Assembler;
import dev.merapi.kernels.x64.Gpr;
import dev.merapi.kernels.x64.Instruction;
import dev.merapi.kernels.x64.Mem;
import dev.merapi.kernels.x64.Operand;
import java.util.Arrays;
import java.util.List;

/// Brings the arguments of functions to where they are wanted.
final class WordMoves {
  private static final int NONE = -1;
  private static final int REGISTERS = 16;

  private final Assembler code;
  private final Frame frame;
  private final CallingConvention convention;

  WordMoves(Assembler code, Frame frame, CallingConvention convention) {
    this.code = code;
    this.frame = frame;
    this.convention = convention;
  }

  /// At the start of a function: from the convention's registers to those of the arguments. What
  /// goes to memory goes first, by way of `rax`, which is no argument.
  void entry(Arg[] arguments) {
    int[] sources = none();
    for (int i = 0; i < arguments.length; i++) {
      Reg reg = ((Arg.Register) arguments[i]).reg.found();
      Operand from = frame.argument(i);
      if (reg.slot != null) {
        Mem to = frame.slot(reg.slot.offset);
        if (from instanceof Mem) {
          code.emit(Instruction.MOV, RAX, from);
          code.emit(Instruction.MOV, to, RAX);
        } else {
          code.emit(Instruction.MOV, to, from);
        }
      } else if (reg.isNeeded() && from instanceof Gpr register) {
        sources[reg.place] = register.number();
      }
    }
    all(sources);
    for (int i = 0; i < arguments.length; i++) {
      Reg reg = ((Arg.Register) arguments[i]).reg.found();
      if (reg.slot == null && reg.isNeeded() && frame.argument(i) instanceof Mem from) {
        code.emit(Instruction.MOV, Gpr.of(reg.place), from);
      }
    }
  }

  /// Before a call: from where the arguments are to the convention's registers and the stack.
  void call(Arg[] arguments) {
    List<Gpr> registers = convention.arguments();
    int[] sources = none();
    for (int i = 0; i < arguments.length; i++) {
      if (i >= registers.size()) {
        Mem to = Mem.mem(RSP, convention.shadowBytes() + Long.BYTES * (i - registers.size()));
        if (arguments[i] instanceof Arg.Number number) {
          code.emit(Instruction.MOV, to.sized(Long.SIZE), imm(number.value));
        } else {
          code.emit(Instruction.MOV, to, Emission.register((Arg.Register) arguments[i]));
        }
      } else if (arguments[i] instanceof Arg.Register register) {
        sources[registers.get(i).number()] = register.reg.found().place;
      }
    }
    all(sources);
    for (int i = 0; i < Math.min(arguments.length, registers.size()); i++) {
      if (arguments[i] instanceof Arg.Number number) {
        Emission.number(code, registers.get(i), number.value);
      } else if (arguments[i] instanceof Arg.Stack stack) {
        code.emit(Instruction.MOV, registers.get(i), frame.slot(stack.slot.offset));
      }
    }
  }

  private static int[] none() {
    int[] sources = new int[REGISTERS];
    Arrays.fill(sources, NONE);
    return sources;
  }

  /// Copies registers, all at once.
  ///
  /// @param sources of each register the one that it takes the content of, or [#NONE]
  private void all(int[] sources) {
    int[] readers = new int[REGISTERS];
    for (int to = 0; to < REGISTERS; to++) {
      if (sources[to] == to) {
        sources[to] = NONE;
      } else if (sources[to] != NONE) {
        readers[sources[to]]++;
      }
    }
    for (int to = 0; to < REGISTERS; to++) {
      chain(to, sources, readers);
    }
    // What is left goes in circles.
    for (int to = 0; to < REGISTERS; to++) {
      int from = sources[to];
      if (from != NONE) {
        swap(Gpr.of(to), Gpr.of(from));
        sources[to] = NONE;
        for (int reader = 0; reader < REGISTERS; reader++) {
          if (sources[reader] == to) {
            sources[reader] = reader == from ? NONE : from;
          }
        }
      }
    }
  }

  /// Copies to a register that nobody reads any more, and then to what it was a copy of.
  private void chain(int first, int[] sources, int[] readers) {
    int to = first;
    while (sources[to] != NONE && readers[to] == 0) {
      int from = sources[to];
      code.emit(Instruction.MOV, Gpr.of(to), Gpr.of(from));
      sources[to] = NONE;
      readers[from]--;
      to = from;
    }
  }

  private void swap(Gpr a, Gpr b) {
    code.emit(Instruction.XOR, a, b);
    code.emit(Instruction.XOR, b, a);
    code.emit(Instruction.XOR, a, b);
  }
}
