package dev.merapi.kernels.conv;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.product.EpilogueOperands;
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.product.TileEpilogue.Operand;
import dev.merapi.kernels.target.PlanKernels;
import java.util.List;

/// The structure of a kernel that takes the sums of several output channels to their places,
/// `run(sums, result, extent, sumStrides, resultStride, block)`: it adds the blocks of k in order,
/// applies the epilogue, and leaves out what was computed behind the ends of lines.
///
/// - `sums`: the first block's sum for the first channel and position.
/// - `result`: its place. Lines of the result lie behind each other without gaps.
/// - `extent`: columns (32 bits), lines (24) and channels (8), see [#extent].
/// - `sumStrides`: bytes from one line of sums to the next, and from one channel to the next.
/// - `resultStride`: bytes from one channel of the result to the next.
/// - `block`: the fields below, then the epilogue's operands, for the first channel and position.
///
/// @param lanes of a vector
/// @param epilogue applied to each finished sum; its rows are channels, its columns positions
record LineFinish(int lanes, TileEpilogue epilogue) {
  static final int LINE_BITS = 24;
  static final int MOST_LINES = (1 << LINE_BITS) - 1;
  static final int CHANNEL_BITS = 8;

  /// The most channels of a call.
  static final int CHANNELS = 128;

  /// In the block: how many blocks of k there are (`int`).
  static final int COUNT = 0;

  /// In the block: bytes from one block's sums to the next's (`int`).
  static final int STRIDE = 4;

  private static final int OPERANDS = 8;
  private static final int OPERAND_BYTES = 16;

  static long extent(int columns, int lines, int channels) {
    if (lines > MOST_LINES) { // would be taken for channels
      throw MerapiException.of(Kind.SHAPE, "conv: size beyond the kernels' range")
          .with("lines", lines)
          .with("allowed", List.of(0, MOST_LINES));
    }
    return columns | (long) lines << Integer.SIZE | (long) channels << Integer.SIZE + LINE_BITS;
  }

  /// The elements of an extent.
  static long elements(long extent) {
    long lines = extent >>> Integer.SIZE & MOST_LINES;
    return (extent & 0xffff_ffffL) * lines * (extent >>> Integer.SIZE + LINE_BITS);
  }

  /// In the block: address of an operand; its channel stride in bytes follows in the next 8 bytes.
  static int operand(int index) {
    return OPERANDS + OPERAND_BYTES * index;
  }

  /// Begins the block of a call.
  ///
  /// @param own see [Calls#block]
  /// @param operands how many the epilogue has
  /// @param blocks of k
  /// @param strideBytes from one block's sums to the next's
  /// @return its address
  static long block(Calls calls, long own, int operands, int blocks, int strideBytes) {
    long block = calls.block(own, operand(operands) / Long.BYTES);
    calls.put(block + COUNT, PlaneCopy.pair(blocks, strideBytes));
    return block;
  }

  /// Writes where the epilogue's operands lie for a place of the result.
  static void place(
      Calls calls,
      long block,
      List<Operand> operands,
      EpilogueOperands memory,
      long image,
      int channel,
      long position) {
    for (int i = 0; i < operands.size(); i++) {
      long stride = memory.rowBytes(i);
      long within =
          switch (operands.get(i).span()) {
            case ROWS -> (long) channel * Float.BYTES;
            case COLUMNS -> position * Float.BYTES;
            case MATRIX -> channel * stride + position * Float.BYTES;
          };
      calls.put(block + operand(i), memory.address(i, image) + within);
      calls.put(block + operand(i) + Long.BYTES, stride);
    }
  }

  /// Bytes of the block.
  int blockBytes() {
    return operand(epilogue.operands().size());
  }

  /// The kernel of this structure.
  Kernel in(PlanKernels kernels) {
    return kernels.make(
        this, () -> LineFinishRoutine.of(lanes, epilogue), () -> new LineFinishTrial(this));
  }
}
