package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.Memory;
import java.lang.foreign.ValueLayout;

/// The argument block of an epilogue, read by the [Finish] kernels.
///
/// | offset | bytes | content |
/// |---|---|---|
/// | 0 | 4 | [#ROW]: row of the tile in the result |
/// | 4 | 4 | [#COLUMN]: column of the tile in the result |
/// | 8 + 16 i | 8 | address of epilogue operand i |
/// | 16 + 16 i | 8 | its row stride in bytes (for a matrix) |
public final class TileArguments {
  public static final int ROW = 0;
  public static final int COLUMN = 4;

  private static final int OPERANDS = 8;
  private static final int OPERAND_BYTES = 16;
  static final int COLUMNS_SHIFT = 32;

  private TileArguments() {}

  /// Packs the extent of a tile into one argument.
  public static long extent(int rows, int columns) {
    return rows | (long) columns << COLUMNS_SHIFT;
  }

  /// Where the address of an epilogue operand lies in the block; its row stride follows in the next
  /// 8 bytes.
  public static int operand(int index) {
    return OPERANDS + OPERAND_BYTES * index;
  }

  static int column(long block) {
    return Memory.ALL.get(ValueLayout.JAVA_INT_UNALIGNED, block + COLUMN);
  }

  static void setColumn(long block, int column) {
    Memory.ALL.set(ValueLayout.JAVA_INT_UNALIGNED, block + COLUMN, column);
  }

  static void setRow(long block, int row) {
    Memory.ALL.set(ValueLayout.JAVA_INT_UNALIGNED, block + ROW, row);
  }

  /// Writes where an epilogue operand lies.
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
