package dev.merapi.kernels.product;

import dev.merapi.kernels.jit.Memory;
import java.lang.foreign.ValueLayout;

/// Where the operands of an epilogue lie: for each its address, and behind that its row stride in
/// bytes (for a matrix), 8 bytes each.
public final class TileArguments {
  private static final int OPERAND_BYTES = 16;

  private TileArguments() {}

  /// Where the address of an operand lies in the block; its row stride follows.
  public static int operand(int index) {
    return OPERAND_BYTES * index;
  }

  /// Writes where an operand lies.
  ///
  /// @param block address of the block
  /// @param rowStride bytes from row to row of a matrix; any number for others
  public static void bind(long block, int index, long address, long rowStride) {
    Memory.ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, block + operand(index), address);
    Memory.ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, block + operand(index) + Long.BYTES, rowStride);
  }

  /// Bytes of the block for a number of operands.
  public static int bytes(int operands) {
    return operand(operands);
  }
}
