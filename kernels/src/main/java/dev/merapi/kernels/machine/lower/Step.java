package dev.merapi.kernels.machine.lower;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.x64.Instruction;
import org.jspecify.annotations.Nullable;

/// One instruction of the processor on virtual registers, or what will be one or none.
final class Step {
  enum Kind {
    /// An instruction.
    PLAIN,
    /// Copies `args[1]` to `args[0]`, both registers.
    MOVE,
    /// Sets `args[0]`, a register, to a literal or a number.
    CONSTANT,
    /// Reads `args[0]`, a register, from its slot `args[1]`.
    RELOAD,
    /// Writes `args[1]`, a register, to its slot `args[0]`.
    SPILL,
    /// The place of a mark.
    LABEL,
    /// A jump forward to a mark.
    JUMP,
    /// The first step of a loop.
    LOOP,
    /// The jump back to the mark of a loop.
    AGAIN,
    /// Calls a routine with `args`.
    CALL,
    /// Sets `args`, registers, to the arguments of the routine.
    ENTRY
  }

  /// What becomes of `args[0]`.
  enum Access {
    READ,
    WRITE,
    UPDATE
  }

  final Kind kind;
  final @Nullable Instruction op;
  Arg[] args;
  Access first = Access.READ;

  /// Whether it does more than to write `args[0]`.
  boolean hasEffect;

  /// The operand that may be memory instead of a register, or -1.
  int memoryAt = -1;

  /// Whether it reads only the first element of memory.
  boolean isScalar;

  /// The lanes that are written.
  @Nullable Reg mask;

  /// Whether the other lanes become zero.
  boolean zeroes;

  @Nullable Mark mark;
  @Nullable Routine routine;

  /// Loops around it.
  int depth;

  Step(Kind kind, @Nullable Instruction op, Arg... args) {
    this.kind = kind;
    this.op = op;
    this.args = args;
  }

  /// Writes only the lanes of a mask; the others become zero. The only way for a comparison.
  void zero(Reg lanes) {
    mask = lanes;
    zeroes = true;
  }

  /// Writes only the lanes of a mask; the others stay.
  void merge(Reg lanes) {
    mask = lanes;
    if (first == Access.WRITE) {
      first = Access.UPDATE;
    }
  }

  /// Chooses by a mask between its operands: all lanes are written.
  void maskedBy(Reg lanes) {
    mask = lanes;
  }

  /// The only operand that may not be memory after all.
  Step fixed() {
    memoryAt = -1;
    return this;
  }

  Step scalar() {
    isScalar = true;
    return this;
  }

  boolean hasMemory() {
    for (Arg arg : args) {
      if (arg instanceof Arg.Memory || arg instanceof Arg.Stack || arg instanceof Arg.Pool) {
        return true;
      }
    }
    return false;
  }
}
