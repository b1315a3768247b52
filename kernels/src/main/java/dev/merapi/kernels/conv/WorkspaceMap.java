package dev.merapi.kernels.conv;

import dev.merapi.kernels.gemm.TableB;

/// Where things lie in one part's share of the workspace, in bytes; the micro-kernel's [TableB] is
/// first.
///
/// @param finish the argument block of the [LineFinish]
/// @param sums the sums of one block of lines and one panel
/// @param pixels the placed channels of one group, zeros included, and some zeros behind them
/// @param bytes all of it
record WorkspaceMap(long finish, long sums, long pixels, long bytes) {
  private static final int ALIGNMENT = 64;

  static WorkspaceMap of(
      Correlation problem, Tiling tiling, Placement placement, LineFinish lineFinish) {
    long finish = align(TableB.bytes(tiling.tile()));
    long sums = finish + align(lineFinish.blockBytes());
    long pixels = sums + align(tiling.sumBytes(problem, placement.lineLength()));
    long slack = placement.isInPlace() ? 0 : tiling.tile().columns();
    long bytes = pixels + align((placement.workspaceLength() + slack) * Float.BYTES);
    return new WorkspaceMap(finish, sums, pixels, bytes);
  }

  private static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }
}
