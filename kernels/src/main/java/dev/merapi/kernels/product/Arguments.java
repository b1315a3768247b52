package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;

/// The argument block of [Strips]: 8 bytes for each field, then for each operand of the epilogue
/// its address and its row stride in bytes. Kernels only read it.
public enum Arguments {
  /// Address of C.
  C,
  /// Bytes from one row of C to the next.
  ROW_C,
  /// Bytes from one row of A to the next.
  LINE_A,
  /// Bytes from one step of A to the next.
  STEP_A,
  /// Bytes from one step of B to the next, where B is read in place.
  STEP_B,
  /// Address of the first panel of A.
  PANELS_A,
  /// Bytes from one kept panel of A to the next, or 0 if all use one place.
  PANEL_A,
  /// Address of [Strip#sumBytes] for sums.
  SUMS;

  private static final int OPERAND_BYTES = 16;

  /// `values()` makes an array at each call, and runs allocate nothing.
  private static final int FIELDS = values().length;

  /// Where the field lies.
  public long offset() {
    return (long) ordinal() * Long.BYTES;
  }

  /// Where the address of an operand of the epilogue lies; its row stride follows.
  public static long operand(int index) {
    return bytes(index);
  }

  /// Bytes of a block for so many operands.
  public static long bytes(int operands) {
    return (long) FIELDS * Long.BYTES + (long) operands * OPERAND_BYTES;
  }

  Int integer(Ptr block) {
    return block.at(offset()).loadInt(MemoryType.I64);
  }

  Ptr pointer(Ptr block) {
    return block.at(offset()).loadPointer();
  }

  static Ptr operand(Ptr block, int index) {
    return block.at(operand(index)).loadPointer();
  }

  static Int operandRows(Ptr block, int index) {
    return block.at(operand(index) + Long.BYTES).loadInt(MemoryType.I64);
  }
}
