package dev.merapi.kernels.conv;

import dev.merapi.kernels.gemm.TableB;
import dev.merapi.kernels.gemm.Tile;

/// Where things lie in the workspace of a [FilterPlan], in bytes. The operands of the epilogue and
/// the sums of all tiles come first, then the share of each part, which begins with the
/// micro-kernel's [TableB].
///
/// @param totals the sums of all tiles
/// @param tile those of one tile
/// @param common all that comes before the shares
/// @param finish in a share: the argument block of the [LineFinish]
/// @param sums in a share: the sums of one block
/// @param filter in a share: one output channel's filter before the epilogue
/// @param panels in a share: the panels of `dy` of one block
/// @param panel one of them
/// @param images in a share: the images, zeros included, and some zeros behind them
/// @param part one share
record FilterMap(
    long totals,
    long tile,
    long common,
    long finish,
    long sums,
    long filter,
    long panels,
    long panel,
    long images,
    long part) {
  private static final int ALIGNMENT = 64;

  /// @param steps positions of the longest block
  /// @param filterFloats floats of one output channel's filter
  /// @param imageFloats floats of the images and of the zeros behind them
  static FilterMap of(
      Tile tile,
      LineFinish lineFinish,
      int tiles,
      int panelCount,
      int steps,
      long filterFloats,
      long imageFloats) {
    long tileBytes = align((long) tile.rows() * tile.columns() * Float.BYTES);
    long totals = ConvOperands.bytes(lineFinish.epilogue());
    long panel = align((long) steps * tile.rows() * Float.BYTES);
    long finish = align(TableB.bytes(tile));
    long sums = finish + align(lineFinish.blockBytes());
    long filter = sums + tileBytes;
    // The finish reads whole vectors, which may end behind the filter.
    long panels = align(filter + filterFloats * Float.BYTES + tile.lanes().bytes());
    long images = panels + panelCount * panel;
    return new FilterMap(
        totals,
        tileBytes,
        totals + tiles * tileBytes,
        finish,
        sums,
        filter,
        panels,
        panel,
        images,
        images + align(imageFloats * Float.BYTES));
  }

  private static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }
}
