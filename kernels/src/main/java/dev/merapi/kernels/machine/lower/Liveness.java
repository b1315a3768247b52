package dev.merapi.kernels.machine.lower;

import dev.merapi.kernels.machine.lower.Step.Access;
import dev.merapi.kernels.machine.lower.Step.Kind;
import dev.merapi.kernels.x64.Instruction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// Finds where each register is needed, from the last step to the first, and drops the steps whose
/// results nobody needs.
///
/// Jumps lead forward but for those of loops, so one way back over the steps is enough: what is
/// needed at the start of a loop, and is not handed on by its turns, is needed in all of the loop.
final class Liveness {
  private static final double TURNS = 10;

  private final Lir lir;
  private final List<Step> kept = new ArrayList<>();
  private final long[] live;
  private final int[] ends;
  private int[] calls = new int[4];
  private int callCount;

  private Liveness(Lir lir) {
    this.lir = lir;
    this.live = new long[lir.registers.size() + Long.SIZE - 1 >> 6];
    this.ends = new int[lir.registers.size()];
  }

  /// Gives the registers their ranges.
  ///
  /// @return the positions, in order, at which calls change registers
  static int[] run(Lir lir) {
    Liveness liveness = new Liveness(lir);
    for (Reg reg : lir.registers) {
      reg.clearRanges();
    }
    liveness.run();
    return liveness.orderedCalls();
  }

  private int[] orderedCalls() {
    int[] ordered = new int[callCount];
    for (int i = 0; i < callCount; i++) {
      ordered[i] = calls[callCount - 1 - i];
    }
    return ordered;
  }

  private void run() {
    List<Step> steps = lir.steps;
    for (int i = steps.size() - 1; i >= 0; i--) {
      Step step = steps.get(i);
      if (step.hasEffect || isNeeded(step)) {
        step(step, i);
        kept.add(step);
      }
    }
    Collections.reverse(kept);
    lir.steps = kept;
    for (long word : live) {
      if (word != 0) {
        throw new IllegalStateException("register: used before it is set");
      }
    }
  }

  private boolean isNeeded(Step step) {
    return step.args[0] instanceof Arg.Register register && isLive(register.reg);
  }

  private void step(Step step, int index) {
    int reading = 2 * index;
    switch (step.kind) {
      case LABEL -> mark(step).live = live.clone();
      case JUMP -> jump(step, reading);
      case AGAIN -> {
        Mark loop = mark(step);
        loop.end = reading + 2;
        for (Reg reg : loop.carried) {
          open(reg, loop.end);
        }
      }
      case LOOP -> loop(mark(step));
      case ENTRY -> {
        for (Arg arg : step.args) {
          write(((Arg.Register) arg).reg, reading + 1, 1);
        }
      }
      default -> plain(step, reading);
    }
  }

  private static Mark mark(Step step) {
    if (step.mark == null) {
      throw new IllegalStateException("step without a mark");
    }
    return step.mark;
  }

  private void plain(Step step, int reading) {
    double cost = 1;
    for (int i = 0; i < step.depth; i++) {
      cost *= TURNS;
    }
    if (step.kind == Kind.CALL) {
      if (callCount == calls.length) {
        calls = Arrays.copyOf(calls, 2 * callCount);
      }
      calls[callCount++] = reading + 1;
    }
    int first = 0;
    if (step.first == Access.WRITE && step.args[0] instanceof Arg.Register register) {
      write(register.reg, reading + 1, cost);
      first = 1;
    }
    for (int i = first; i < step.args.length; i++) {
      Arg arg = step.args[i];
      if (arg instanceof Arg.Register register) {
        read(register.reg, reading + 1, cost);
      } else if (arg instanceof Arg.Memory memory) {
        read(memory.base, reading + 1, cost);
        if (memory.index != null) {
          read(memory.index, reading + 1, cost);
        }
      }
    }
    if (step.mask != null) {
      read(step.mask, reading + 1, cost);
    }
  }

  private void jump(Step step, int reading) {
    long[] there = mark(step).live;
    if (there == null) {
      throw new IllegalStateException("jump back");
    }
    boolean always = step.op == Instruction.JMP;
    for (int word = 0; word < live.length; word++) {
      for (long rest = live[word] | there[word]; rest != 0; rest &= rest - 1) {
        int number = word << 6 | Long.numberOfTrailingZeros(rest);
        Reg reg = lir.registers.get(number);
        boolean isThere = (there[word] >>> number & 1) != 0;
        if (isThere) {
          open(reg, reading + 2);
        } else if (always) {
          close(reg, reading + 2);
        }
      }
    }
  }

  private void loop(Mark loop) {
    long[] all = live.clone();
    for (Reg reg : loop.carried) {
      live[reg.number >> 6] &= ~(1L << reg.number);
    }
    for (int word = 0; word < live.length; word++) {
      for (long rest = live[word]; rest != 0; rest &= rest - 1) {
        int number = word << 6 | Long.numberOfTrailingZeros(rest);
        int last = lir.registers.get(number).removeBefore(loop.end);
        ends[number] = Math.max(Math.max(ends[number], last), loop.end);
      }
    }
    System.arraycopy(all, 0, live, 0, all.length);
  }

  private boolean isLive(Reg reg) {
    return (live[reg.number >> 6] >>> reg.number & 1) != 0;
  }

  private void read(Reg reg, int position, double cost) {
    reg.weight += cost;
    open(reg, position);
  }

  private void write(Reg reg, int position, double cost) {
    if (isLive(reg)) {
      reg.weight += cost;
      close(reg, position);
    }
  }

  private void open(Reg reg, int end) {
    if (!isLive(reg)) {
      live[reg.number >> 6] |= 1L << reg.number;
      ends[reg.number] = end;
    }
  }

  private void close(Reg reg, int start) {
    live[reg.number >> 6] &= ~(1L << reg.number);
    if (start < ends[reg.number]) {
      reg.addRange(start, ends[reg.number]);
    }
  }
}
