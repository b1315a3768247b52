package dev.merapi.kernels.conv;

import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.gemm.Tile;

/// How the Winograd tiles of an image are cut: into blocks of lines of them, whose transforms are
/// multiplied in register tiles.
///
/// @param tile output channels by vectors of Winograd tiles
/// @param lines lines of a block, the last of an image may have fewer
record WinogradTiling(Tile tile, int lines) {
  /// Cycles of a call beside its steps, of a vector of products on its way, and of the transform of
  /// a vector of pixels.
  private static final double CALL = 40;

  private static final double STORE = 2;
  private static final double TRANSFORM = 60;

  /// Bytes of transformed pixels that a block should not exceed, so that they stay in the
  /// second-level cache beside a panel of weights.
  private static final long PIXEL_BYTES = 512 << 10;

  /// The cheapest tiling by an estimate of cycles.
  static WinogradTiling choose(Correlation tiles, int lineLength, Lanes lanes) {
    WinogradTiling best = new WinogradTiling(ConvTiles.of(lanes).getFirst(), 1);
    double least = Double.MAX_VALUE;
    for (Tile tile : ConvTiles.of(lanes)) {
      for (int lines = 1; lines <= tiles.rows().output(); lines++) {
        WinogradTiling candidate = new WinogradTiling(tile, lines);
        if (lines > 1 && candidate.pixelBytes(tiles, lineLength) > PIXEL_BYTES) {
          break;
        }
        double cycles = candidate.cycles(tiles, lineLength);
        if (cycles < least) {
          least = cycles;
          best = candidate;
        }
      }
    }
    return best;
  }

  /// Blocks of lines in an image.
  int blocks(Correlation tiles) {
    return Math.ceilDiv(tiles.rows().output(), lines);
  }

  /// Panels of output channels in a group.
  int panels(Correlation tiles) {
    return Math.ceilDiv(tiles.outputs(), tile.rows());
  }

  /// Lines of a block.
  int linesOf(int block, Correlation tiles) {
    return Math.min(lines, tiles.rows().output() - block * lines);
  }

  /// Places of a number of lines, the gaps between them included, in whole register tiles.
  int places(int count, int lineLength, Correlation tiles) {
    int span = (count - 1) * lineLength + tiles.columns().output();
    return Math.ceilDiv(span, tile.columns()) * tile.columns();
  }

  /// Bytes from one element of a transform to the next in a block of transformed pixels. They do
  /// not all begin in the same set of the first-level cache.
  long elementBytes(Correlation tiles, int lineLength) {
    return (long) tiles.inputs() * places(lines, lineLength, tiles) * Float.BYTES + 64;
  }

  /// Bytes of the transformed pixels of a block.
  long pixelBytes(Correlation tiles, int lineLength) {
    return Winograd.ELEMENTS * elementBytes(tiles, lineLength);
  }

  /// Estimated cycles for one image and group, without what is the same for all tilings.
  private double cycles(Correlation tiles, int lineLength) {
    int blocks = blocks(tiles);
    double places = (blocks - 1) * (double) places(lines, lineLength, tiles);
    places += places(linesOf(blocks - 1, tiles), lineLength, tiles);
    double perTile = tiles.inputs() * ConvTiles.stepCycles(tile) + CALL;
    perTile += STORE * tile.rows() * tile.vectors();
    double multiply = panels(tiles) * Winograd.ELEMENTS * places / tile.columns() * perTile;
    double transform = tiles.inputs() * places / tile.lanes().count() * TRANSFORM;
    return multiply + transform + blocks * panels(tiles) * 2 * CALL;
  }
}
