package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.gemm.Problem.Weights;

/// How a product reads its operands, chosen from the problem alone.
///
/// @param tile what a micro-kernel computes
/// @param layout how it finds the operands
record Reading(Tile tile, Layout layout) {
  /// Largest distance of rows of A in place, in bytes: all bits set.
  static final long MOST_STRIDE = (1L << 31) - 1;

  /// Rows at multiples of this many bytes all fall into the same sets of the first level of cache.
  private static final int SAME_SETS = 4096;

  static Reading of(Problem problem, Lanes lanes) {
    Tile tile = Tiles.choose(problem.m(), problem.n(), lanes, false);
    boolean oneRowOfTiles = problem.m() <= tile.rows();
    // Panels of B that serve a single row of tiles are not worth packing.
    if (problem.weights() == Weights.FRESH && problem.b().column() == 1 && oneRowOfTiles) {
      return new Reading(tile, Layout.STRIDED);
    }
    if (canReadRows(problem.a(), lanes)) {
      Tile ofRows = Tiles.choose(problem.m(), problem.n(), lanes, true);
      if (ofRows.rows() > 1 && problem.m() >= ofRows.rows()) {
        return new Reading(ofRows, Layout.ROWS);
      }
    }
    return new Reading(tile, Layout.PACKED);
  }

  private static boolean canReadRows(Strides a, Lanes lanes) {
    long stride = a.row() * Float.BYTES;
    return lanes == Lanes.L16
        && a.column() == 1
        && stride >= 0
        && stride <= MOST_STRIDE
        && stride % SAME_SETS != 0;
  }
}
