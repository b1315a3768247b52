package dev.merapi.kernels.conv;

import dev.merapi.kernels.product.Blocks;
import dev.merapi.kernels.product.TableTiles;

/// Where things lie in the workspace of a [FilterPlan], in bytes. The sums of all tiles come first,
/// then the share of each part, which begins with the argument block of the [LineFinish].
///
/// @param totals the sums of all tiles
/// @param tile those of one tile
/// @param common all that comes before the shares
/// @param filter in a share: one output channel's filter before the epilogue
/// @param panels in a share: the panels of `dy` of one block
/// @param panel one of them
/// @param images in a share: the images, zeros included, and some zeros behind them; before them a
///   place for the sums of one block
/// @param part one share
record FilterMap(
    long totals,
    long tile,
    long common,
    long filter,
    long panels,
    long panel,
    long images,
    long part) {
  /// @param steps positions of the longest block
  /// @param filterFloats floats of one output channel's filter
  /// @param imageFloats floats of the images and of the zeros behind them
  static FilterMap of(
      TableTiles structure,
      LineFinish lineFinish,
      int tiles,
      int panelCount,
      int steps,
      long filterFloats,
      long imageFloats) {
    long tileBytes = structure.tileBytes();
    long panel = Blocks.align((long) steps * structure.tile().rows() * Float.BYTES);
    long filter = Blocks.align(lineFinish.blockBytes());
    // The finish reads whole vectors, which may end behind the filter.
    long panels =
        Blocks.align(filter + filterFloats * Float.BYTES + structure.tile().vectorBytes());
    long images = panels + panelCount * panel + tileBytes;
    return new FilterMap(
        0,
        tileBytes,
        tiles * tileBytes,
        filter,
        panels,
        panel,
        images,
        images + Blocks.align(imageFloats * Float.BYTES));
  }
}
