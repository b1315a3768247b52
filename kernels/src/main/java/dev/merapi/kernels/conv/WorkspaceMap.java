package dev.merapi.kernels.conv;

import dev.merapi.kernels.product.Blocks;

/// Where things lie in one part's share of the workspace, in bytes; the argument block of the
/// [LineWriter] is first.
///
/// @param sums the sums of one block of lines and one panel
/// @param weights the packed weights, if each run packs them
/// @param pixels the placed channels of one group, zeros included, and some zeros behind them
/// @param bytes all of it
record WorkspaceMap(long sums, long weights, long pixels, long bytes) {
  /// Floats behind the sums that a kernel may read, because it reads whole pairs of vectors.
  static final int READ_BEHIND = 32;

  static WorkspaceMap of(
      Correlation problem,
      Tiling tiling,
      Placement placement,
      LineWriter writer,
      long weightBytes) {
    long sums = Blocks.align(writer.blockBytes());
    long sumBytes = tiling.sumBytes(problem, placement.lineLength());
    long weights = sums + Blocks.align(sumBytes + READ_BEHIND * Float.BYTES);
    long pixels = weights + Blocks.align(weightBytes);
    long slack = placement.isInPlace() ? 0 : tiling.tile().columns();
    long bytes = pixels + Blocks.align((placement.workspaceLength() + slack) * Float.BYTES);
    return new WorkspaceMap(sums, weights, pixels, bytes);
  }
}
