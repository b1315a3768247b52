package dev.merapi.kernels.conv;

import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.gemm.Tile;
import java.util.List;

/// The register tiles that convolutions choose from: as many sums as registers allow beside a
/// step's vectors and a broadcast. Few, so that layers share kernels.
final class ConvTiles {
  private static final List<Tile> WIDE =
      List.of(
          new Tile(12, 2, Lanes.L16),
          new Tile(8, 3, Lanes.L16),
          new Tile(6, 4, Lanes.L16),
          new Tile(4, 6, Lanes.L16),
          new Tile(2, 8, Lanes.L16),
          new Tile(1, 8, Lanes.L16));

  private static final List<Tile> MIDDLE = narrow(Lanes.L8);
  private static final List<Tile> NARROW = narrow(Lanes.L4);

  /// Cycles from one multiply-add of a sum to the next.
  private static final double LATENCY = 4;

  private ConvTiles() {}

  private static List<Tile> narrow(Lanes lanes) {
    return List.of(
        new Tile(6, 2, lanes), new Tile(4, 3, lanes), new Tile(2, 5, lanes), new Tile(1, 6, lanes));
  }

  static List<Tile> of(Lanes lanes) {
    return switch (lanes) {
      case L16 -> WIDE;
      case L8 -> MIDDLE;
      case L4, SCALAR -> NARROW;
    };
  }

  /// Estimated cycles of one step: two multiply-adds or two loads a cycle, where an unaligned
  /// vector counts as two.
  static double stepCycles(Tile tile) {
    double multiply = tile.rows() * tile.vectors() / 2.0;
    double load = (tile.rows() + 2.0 * tile.vectors()) / 2;
    return Math.max(LATENCY, Math.max(multiply, load));
  }
}
