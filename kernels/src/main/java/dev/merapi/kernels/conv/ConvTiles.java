package dev.merapi.kernels.conv;

import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.gemm.Tile;
import java.util.List;

/// The register tiles that convolutions choose from: as many sums as registers allow beside a
/// step's vectors and a broadcast. Few, so that layers share kernels.
final class ConvTiles {
  /// A tile and the share of the machine's peak that it reached on unaligned pixels in the second
  /// cache, measured on one machine with AVX-512. Neighbours of theirs do not keep their sums in
  /// registers, or run slower for no visible reason (12x2: 0.78).
  private record Rated(Tile tile, double share) {
    Rated(int rows, int vectors, Lanes lanes, double share) {
      this(new Tile(rows, vectors, lanes), share);
    }
  }

  private static final List<Rated> WIDE =
      List.of(
          new Rated(13, 2, Lanes.L16, 0.96),
          new Rated(6, 4, Lanes.L16, 0.95),
          new Rated(4, 6, Lanes.L16, 0.92),
          new Rated(5, 4, Lanes.L16, 0.95),
          new Rated(8, 3, Lanes.L16, 0.82),
          new Rated(6, 2, Lanes.L16, 0.75),
          new Rated(16, 1, Lanes.L16, 0.70),
          new Rated(3, 6, Lanes.L16, 0.75),
          new Rated(2, 8, Lanes.L16, 0.57),
          new Rated(1, 8, Lanes.L16, 0.33));

  private static final List<Rated> MIDDLE = narrow(Lanes.L8);
  private static final List<Rated> NARROW = narrow(Lanes.L4);

  private ConvTiles() {}

  private static List<Rated> narrow(Lanes lanes) {
    return List.of(
        new Rated(6, 2, lanes, 0.9),
        new Rated(4, 3, lanes, 0.9),
        new Rated(2, 5, lanes, 0.7),
        new Rated(1, 6, lanes, 0.4));
  }

  private static List<Rated> rated(Lanes lanes) {
    return switch (lanes) {
      case L16 -> WIDE;
      case L8 -> MIDDLE;
      case L4, SCALAR -> NARROW;
    };
  }

  static List<Tile> of(Lanes lanes) {
    return rated(lanes).stream().map(Rated::tile).toList();
  }

  /// Estimated cycles of one step, two multiply-adds a cycle at the peak.
  static double stepCycles(Tile tile) {
    for (Rated rated : rated(tile.lanes())) {
      if (rated.tile.equals(tile)) {
        return tile.rows() * tile.vectors() / (2 * rated.share);
      }
    }
    throw new IllegalArgumentException("not a tile of convolutions: " + tile);
  }
}
