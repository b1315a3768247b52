package dev.merapi.kernels.conv;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.gemm.Epilogue;
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
/// @param lanes vector width
/// @param epilogue applied to each finished sum; its rows are channels, its columns positions
record LineFinish(Lanes lanes, Epilogue epilogue) {
  static final int SUMS = 0;
  static final int RESULT = 1;
  static final int EXTENT = 2;
  static final int SUM_STRIDES = 3;
  static final int RESULT_STRIDE = 4;
  static final int BLOCK = 5;

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

  /// In the block: address of an operand; its channel stride in bytes follows in the next 8 bytes.
  static int operand(int index) {
    return OPERANDS + OPERAND_BYTES * index;
  }

  /// Bytes of the block.
  int blockBytes() {
    return operand(epilogue.operands().size());
  }

  /// The kernel of this structure, shared through the cache.
  TieredKernel in(KernelCache cache) {
    return cache.get(
        this,
        () ->
            new TieredKernel(
                LineFinishCode.emit(this, Lanes.SCALAR),
                () -> LineFinishCode.emit(this, lanes),
                new LineFinishTrial(this)));
  }
}
