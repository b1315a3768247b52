package dev.merapi.kernels.conv;

import dev.merapi.kernels.product.Blocks;

/// Where things lie in one part's share of the workspace of a [WinogradPlan], in bytes.
///
/// @param finish the argument block of the [LineWriter]
/// @param check what the output kernel says of the sums, just before them
/// @param sums the sums of one block of lines and one panel
/// @param products their products
/// @param transformed the transformed pixels of one strip
/// @param weights the packed weights, if each run packs them
/// @param pixels the placed channels of one group, zeros included, and some zeros behind them
/// @param bytes all of it
record WinogradMap(
    long finish,
    long check,
    long sums,
    long products,
    long transformed,
    long weights,
    long pixels,
    long bytes) {
  static WinogradMap of(
      Correlation tiles,
      WinogradTiling tiling,
      Placement placement,
      LineWriter writer,
      long weightBytes) {
    int rows = tiling.tile().rows();
    int length = placement.lineLength();
    int width = tiling.width();
    int places = tiling.channelPlaces(length, tiles);
    long check = Blocks.align(writer.blockBytes());
    long sums = check + WinogradOutput.CHECK_BYTES;
    long sumFloats = (long) rows * tiling.lines() * Winograd.STEP * Winograd.STEP * width;
    // A finish reads whole vectors, and the output kernel whole lines.
    long products = sums + Blocks.align((sumFloats + WorkspaceMap.READ_BEHIND) * Float.BYTES);
    long productFloats = (long) Winograd.ELEMENTS * rows * places + width;
    long transformed = products + Blocks.align(productFloats * Float.BYTES);
    long weights = transformed + Blocks.align(tiling.pixelBytes(tiles, length));
    long pixels = weights + Blocks.align(weightBytes);
    // Places behind the last tile have pixels as well, in the next line and the one after.
    long slack = places + 2L * length;
    long bytes = pixels + Blocks.align((placement.workspaceLength() + slack) * Float.BYTES);
    return new WinogradMap(0, check, sums, products, transformed, weights, pixels, bytes);
  }
}
