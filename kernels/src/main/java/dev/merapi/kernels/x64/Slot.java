package dev.merapi.kernels.x64;

import org.jspecify.annotations.Nullable;

/// What one operand of an encoding may be.
///
/// @param kind of registers or constants
/// @param divisor the bits are the encoding's length divided by this; 0: they are fixed
/// @param bits where they are fixed; of a gather, of its elements
/// @param memory whether it may be memory
/// @param memoryBits of the memory: 0 if it has no size
/// @param open whether the other operands do not say the size of the memory
record Slot(Kind kind, int divisor, int bits, boolean memory, int memoryBits, boolean open) {
  enum Kind {
    GPR,
    VEC,
    K,
    /// Memory only.
    MEM,
    /// Memory at a vector of indices.
    GATHER,
    /// Constants of [#bits()] bits.
    SIGNED,
    UNSIGNED,
    /// With or without a sign.
    EITHER,
    /// The constant 1, which is not written out.
    ONE,
    /// The register `cl`, which is not written out.
    CL,
    /// A label, [#bits()] bits away.
    RELATIVE
  }

  private static final int SAME = -1;

  /// The bits of a register here.
  int registerBits(int length) {
    if (divisor == 0) {
      return bits;
    }
    int part = length / divisor;
    return kind == Kind.VEC ? Math.max(part, 128) : part;
  }

  /// The bits of memory here, 0 if it has no size.
  int memoryBits(int length) {
    return memoryBits == SAME ? divisor == 0 ? bits : length / divisor : memoryBits;
  }

  /// Whether an operand may stand here. Not a `switch` by type, which the JVM prepares for 20 ms
  /// when it meets the first one; the same holds for the rest of the assembler.
  boolean accepts(Operand operand, int length, int broadcastBits) {
    if (operand instanceof Vec vec) {
      return kind == Kind.VEC && vec.bits() == registerBits(length);
    }
    if (operand instanceof Mem mem) {
      return memory && acceptsMemory(mem, length, broadcastBits);
    }
    if (operand instanceof Gpr gpr) {
      return kind == Kind.GPR && gpr.bits() == registerBits(length)
          || kind == Kind.CL && gpr.bits() == 8 && gpr.number() == Gpr.RCX.number();
    }
    return operand instanceof Imm imm
        ? acceptsConstant(imm.value())
        : operand instanceof KReg
            ? kind == Kind.K
            : operand instanceof Label && kind == Kind.RELATIVE;
  }

  private boolean acceptsMemory(Mem mem, int length, int broadcastBits) {
    if (mem.isBroadcast() && broadcastBits == 0) {
      return false;
    }
    if (kind == Kind.GATHER) {
      return mem.index() instanceof Vec index
          && index.bits() == Math.max(128, length / divisor)
          && (mem.bits() == 0 || mem.bits() == bits);
    }
    return !mem.hasVectorIndex() && (mem.bits() == 0 || mem.bits() == memoryBits(length));
  }

  private boolean acceptsConstant(long value) {
    return switch (kind) {
      case ONE -> value == 1;
      case SIGNED -> bits == 64 || value >= -1L << bits - 1 && value < 1L << bits - 1;
      case UNSIGNED -> value >= 0 && value < 1L << bits;
      case EITHER -> value >= -1L << bits - 1 && value < 1L << bits;
      default -> false;
    };
  }

  /// A slot as it is written in the table.
  static Slot parse(String text) {
    int slash = text.indexOf('/');
    String register = slash < 0 ? text : text.substring(0, slash);
    boolean memory = slash >= 0;
    int memoryBits = memory && slash + 2 < text.length() ? number(text, slash + 2) : SAME;
    boolean open = memory ? text.charAt(slash + 1) == 's' : text.charAt(0) == 's';
    Slot whole = whole(register);
    if (whole != null) {
      return whole;
    }
    int digits = register.length() > 1 ? number(register, 1) : 0;
    return switch (register.charAt(0)) {
      case 'r' -> new Slot(Kind.GPR, digits == 0 ? 1 : 0, digits, memory, memoryBits, open);
      case 'v' -> new Slot(Kind.VEC, Math.max(digits, 1), 0, memory, memoryBits, open);
      case 'x' -> new Slot(Kind.VEC, 0, 128, memory, memoryBits, open);
      case 'y' -> new Slot(Kind.VEC, 0, 256, memory, memoryBits, open);
      case 'z' -> new Slot(Kind.VEC, 0, 512, memory, memoryBits, open);
      case 'k' -> new Slot(Kind.K, 0, 0, memory, memoryBits, open);
      case 'm', 's' -> new Slot(Kind.MEM, digits == 0 ? 1 : 0, digits, true, SAME, open);
      case 'g' -> new Slot(Kind.GATHER, digits / 32, digits, true, digits, false);
      case 'i' -> new Slot(Kind.SIGNED, 0, digits, false, SAME, false);
      case 'e' -> new Slot(Kind.EITHER, 0, digits, false, SAME, false);
      case 'u' -> new Slot(Kind.UNSIGNED, 0, digits, false, SAME, false);
      default -> throw new IllegalArgumentException("operand: text=" + text);
    };
  }

  private static @Nullable Slot whole(String text) {
    return switch (text) {
      case "mem" -> new Slot(Kind.MEM, 0, 0, true, 0, false);
      case "1" -> new Slot(Kind.ONE, 0, 0, false, 0, false);
      case "cl" -> new Slot(Kind.CL, 0, 8, false, 0, false);
      case "rel8" -> new Slot(Kind.RELATIVE, 0, 8, false, 0, false);
      case "rel32" -> new Slot(Kind.RELATIVE, 0, 32, false, 0, false);
      default -> null;
    };
  }

  private static int number(String text, int from) {
    return Integer.parseInt(text, from, text.length(), 10);
  }
}
