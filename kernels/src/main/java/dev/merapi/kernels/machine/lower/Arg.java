package dev.merapi.kernels.machine.lower;

import org.jspecify.annotations.Nullable;

/// An operand of a [Step]. Immutable: a step gets another one when its registers change.
abstract sealed class Arg {
  /// A register, seen at one of its widths.
  static final class Register extends Arg {
    final Reg reg;
    final int bits;

    /// @param bits as in [dev.merapi.kernels.x64.Vec] and [dev.merapi.kernels.x64.Gpr]
    Register(Reg reg, int bits) {
      this.reg = reg;
      this.bits = bits;
    }
  }

  /// A constant in the instruction.
  static final class Number extends Arg {
    final long value;

    Number(long value) {
      this.value = value;
    }
  }

  /// `[base + index * scale + offset]`.
  static final class Memory extends Arg {
    final Reg base;
    final @Nullable Reg index;
    final int scale;
    final int offset;
    final int bits;
    final boolean broadcast;

    /// @param bits of the operand where the instruction leaves them open, else 0
    /// @param broadcast whether it is one element, copied to all lanes
    Memory(Reg base, @Nullable Reg index, int scale, int offset, int bits, boolean broadcast) {
      this.base = base;
      this.index = index;
      this.scale = scale;
      this.offset = offset;
      this.bits = bits;
      this.broadcast = broadcast;
    }

    Memory plus(int bytes) {
      return new Memory(base, index, scale, offset + bytes, bits, broadcast);
    }

    Memory sized(int size) {
      return new Memory(base, index, scale, offset, size, broadcast);
    }

    Memory broadcast() {
      return new Memory(base, index, scale, offset, bits, true);
    }
  }

  /// Memory of the routine's own.
  static final class Stack extends Arg {
    final Slot slot;

    Stack(Slot slot) {
      this.slot = slot;
    }
  }

  /// A constant behind the code. How much of it the instruction reads is its own business.
  static final class Pool extends Arg {
    final Literal literal;
    final int bits;

    /// @param bits of the vector that it stands for
    Pool(Literal literal, int bits) {
      this.literal = literal;
      this.bits = bits;
    }
  }
}
