package dev.merapi.kernels.x64;

import org.jspecify.annotations.Nullable;

/// One encoding of an instruction.
///
/// @param space the kind of prefix
/// @param places a letter for each operand: where it is encoded, see [Instruction]
/// @param slots what each operand may be
/// @param prefix the mandatory prefix: 0, 0x66, 0xf3 or 0xf2
/// @param map of opcodes: 0 for one byte, 1 for `0f`, 2 for `0f38`, 3 for `0f3a`
/// @param opcode one byte or two
/// @param digit the part of the opcode in ModRM, or -1
/// @param wide bit W: 0 or 1, or -1 if the operands' size says it
/// @param lengths that there are: bits of vectors or general registers, or one 0
/// @param vectorBits what the prefix says, or 0 if the operands say it
/// @param broadcastBits of an element that may be broadcast, or 0
/// @param maskable whether a destination may be masked
/// @param gathers whether it is a gather or scatter
/// @param features what it needs, as [Feature#mask]
record Form(
    Space space,
    String places,
    Slot[] slots,
    int prefix,
    int map,
    int opcode,
    int digit,
    int wide,
    int[] lengths,
    int vectorBits,
    int broadcastBits,
    boolean maskable,
    boolean gathers,
    int features) {
  enum Space {
    LEGACY,
    VEX,
    EVEX
  }

  /// That no length fits.
  static final int NONE = -1;

  /// The first length for which all operands fit, or [#NONE].
  int match(Operand[] operands, @Nullable Masked masked, int available) {
    if (operands.length != slots.length
        || (features & ~available) != 0
        || masked != null && !maskable
        || gathers && !isAllowedGather(operands, masked)
        || space != Space.EVEX && needsEvex(operands)) {
      return NONE;
    }
    for (int length : lengths) {
      if (fits(operands, length) && (lengthFeatures(length) & ~available) == 0) {
        return length;
      }
    }
    return NONE;
  }

  private boolean fits(Operand[] operands, int length) {
    for (int i = 0; i < operands.length; i++) {
      if (!slots[i].accepts(operands[i], length, broadcastBits)) {
        return false;
      }
    }
    return true;
  }

  /// Whether the processor takes it: by EVEX only under a mask, which it clears lane by lane, so
  /// that no lane can become zero; and no register may have two roles in a gather.
  private boolean isAllowedGather(Operand[] operands, @Nullable Masked masked) {
    if (space == Space.EVEX && (masked == null || masked.zero())) {
      return false;
    }
    int seen = 0;
    for (Operand operand : operands) {
      Operand register = operand instanceof Mem mem ? mem.index() : operand;
      if (register instanceof Vec vec) {
        if ((seen & 1 << vec.number()) != 0) {
          return places.startsWith("m"); // a scatter only reads
        }
        seen |= 1 << vec.number();
      }
    }
    return true;
  }

  private static boolean needsEvex(Operand[] operands) {
    for (Operand operand : operands) {
      if (isBeyondVex(operand)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBeyondVex(Operand operand) {
    return operand instanceof Vec v && v.number() > 15
        || operand instanceof Mem m && m.index() instanceof Vec index && index.number() > 15;
  }

  /// What it needs at a length, beside [#features()].
  int lengthFeatures(int length) {
    boolean shorter = space == Space.EVEX && vectorBits == 0 && vectorLength(length) < 512;
    return shorter ? Feature.AVX512VL.mask() : 0;
  }

  /// The bits of vectors that the prefix states.
  int vectorLength(int length) {
    if (vectorBits != 0) {
      return vectorBits;
    }
    int most = 128;
    for (Slot slot : slots) {
      if (slot.kind() == Slot.Kind.VEC) {
        most = Math.max(most, slot.registerBits(length));
      }
    }
    return most;
  }

  boolean isWide(int length) {
    return wide < 0 ? length == 64 : wide == 1;
  }

  /// By what a displacement of one byte is multiplied: the bytes of the memory operand, or of the
  /// element that is broadcast. That is what the manual's "tuple types" come to.
  int displacementUnit(Mem mem, int length) {
    if (space != Space.EVEX) {
      return 1;
    }
    return (mem.isBroadcast() ? broadcastBits : memorySlot().memoryBits(length)) / 8;
  }

  /// Whether the size of memory is not known.
  boolean leavesSizeOpen(Operand[] operands) {
    for (int i = 0; i < operands.length; i++) {
      if (operands[i] instanceof Mem mem && mem.bits() == 0 && slots[i].open()) {
        return true;
      }
    }
    return false;
  }

  /// Whether it is a jump of 8 bits.
  boolean isShortJump() {
    return slots.length == 1 && slots[0].kind() == Slot.Kind.RELATIVE && slots[0].bits() == 8;
  }

  /// The operand that may be memory.
  Slot memorySlot() {
    for (Slot slot : slots) {
      if (slot.memory()) {
        return slot;
      }
    }
    throw new IllegalStateException("memory: places=" + places);
  }
}
