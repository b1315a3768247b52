package dev.merapi.kernels.conv;

import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.gemm.Epilogue;

/// The structure of a kernel that takes sums of several output channels to the result of a max
/// pooling of 2 x 2 behind the convolution, `run(sums, result, extent, sumStrides, resultStride,
/// block)`: it applies the epilogue to four neighbours and keeps the greatest.
///
/// - `sums`: the sum for the first channel and position; whole vectors are read.
/// - `result`: the first pooled position. Lines of the result lie behind each other without gaps.
/// - `extent`: pooled columns and lines, and channels, see [LineFinish#extent].
/// - `sumStrides`, `resultStride`, `block`: as for a [LineFinish].
///
/// @param lanes vector width
/// @param epilogue applied to each sum; its operands are one element for each channel
record PoolFinish(Lanes lanes, Epilogue epilogue) {
  /// The structure for lines of so many pooled columns.
  static PoolFinish of(int columns, Lanes widest, Epilogue epilogue) {
    return new PoolFinish(Lanes.fitting(columns, widest), epilogue);
  }

  /// Bytes of the block.
  int blockBytes() {
    return LineFinish.operand(epilogue.operands().size());
  }

  /// The kernel of this structure, shared through the cache.
  TieredKernel in(KernelCache cache) {
    return cache.get(
        this,
        () ->
            new TieredKernel(
                PoolFinishCode.emit(this, Lanes.SCALAR),
                () -> PoolFinishCode.emit(this, lanes),
                new PoolFinishTrial(this)));
  }
}
