package dev.merapi.kernels.conv;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.target.PlanKernels;

/// The structure of a kernel that takes sums of several output channels to the result of a max
/// pooling of 2 x 2 behind the convolution, `run(sums, result, extent, sumStrides, resultStride,
/// block)`: it applies the epilogue to four neighbours and keeps the greatest.
///
/// - `sums`: the sum for the first channel and position.
/// - `result`: the first pooled position. Lines of the result lie behind each other without gaps.
/// - `extent`: pooled columns and lines, and channels, see [LineFinish#extent].
/// - `sumStrides`, `resultStride`, `block`: as for a [LineFinish].
///
/// @param lanes of a vector
/// @param epilogue applied to each sum; its operands are one element for each channel
record PoolFinish(int lanes, TileEpilogue epilogue) {
  /// Bytes of the block.
  int blockBytes() {
    return LineFinish.operand(epilogue.operands().size());
  }

  /// The kernel of this structure.
  Kernel in(PlanKernels kernels) {
    return kernels.make(
        this, () -> PoolFinishRoutine.of(lanes, epilogue), () -> new PoolFinishTrial(this));
  }
}
