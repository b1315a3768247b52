package dev.merapi.kernels.conv;

import dev.merapi.kernels.gemm.TableB;
import dev.merapi.kernels.gemm.Tile;

/// Where things lie in the workspace of a [FilterPlan], in bytes. The sums of all tiles come first,
/// then the share of each part, which begins with the micro-kernel's [TableB].
///
/// @param tile the sums of one tile
/// @param common the sums of all tiles
/// @param sums in a share: the sums of one block
/// @param panels in a share: the panels of `dy` of one block
/// @param panel one of them
/// @param images in a share: the images, zeros included, and some zeros behind them
/// @param part one share
record FilterMap(
    long tile, long common, long sums, long panels, long panel, long images, long part) {
  private static final int ALIGNMENT = 64;

  /// @param imageFloats floats of the images and of the zeros behind them
  static FilterMap of(Tile tile, int units, int panelCount, int steps, long imageFloats) {
    long tileBytes = align((long) tile.rows() * tile.columns() * Float.BYTES);
    long panel = align((long) steps * tile.rows() * Float.BYTES);
    long sums = align(TableB.bytes(tile));
    long panels = sums + tileBytes;
    long images = panels + panelCount * panel;
    long part = images + align(imageFloats * Float.BYTES);
    return new FilterMap(tileBytes, units * tileBytes, sums, panels, panel, images, part);
  }

  private static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }
}
