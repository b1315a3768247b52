package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.Lanes;
import java.util.ArrayList;
import java.util.List;

/// Chooses the tile for a shape, from the shape alone.
///
/// The estimate is in cycles: two multiply-adds and two loads in each, and four for a sum to be
/// ready for the next step. It is off where C2 does not keep all sums in registers; such tiles are
/// left out.
final class Tiles {
  /// Registers that hold sums at most, by the number of registers of the instruction set.
  private static final int SUMS_OF_32 = 24;

  private static final int SUMS_OF_16 = 12;

  /// Two vectors of B leave room for more sums than three or four.
  private static final int SUMS_OF_32_IN_PAIRS = 28;

  /// Elements of A that C2 loads ahead of their use where A is read in rows.
  private static final int LOADED_AHEAD = 6;

  private static final int LATENCY = 4;

  /// Share of a sum's store in a step. It keeps tiles that are mostly outside the result from being
  /// chosen where the latency hides their multiply-adds.
  private static final double CYCLES_PER_SUM = 0.02;

  private static final int MAX_ROWS = 14;
  private static final int[] VECTORS = {2, 4, 3, 1, 6, 8};

  /// A tile must be this much cheaper than one before it to be preferred, so that similar shapes
  /// share kernels.
  private static final double BETTER = 0.97;

  private Tiles() {}

  /// @param readsRows whether A is to be read in rows
  static Tile choose(int m, int n, Lanes lanes, boolean readsRows) {
    Tile best = new Tile(1, 1, lanes);
    double least = Double.MAX_VALUE;
    for (Tile tile : candidates(lanes)) {
      if (readsRows && !fitsWithRows(tile)) {
        continue;
      }
      double cycles = cycles(tile, m, n);
      if (cycles < least * BETTER) {
        best = tile;
        least = cycles;
      }
    }
    return best;
  }

  /// All tiles of a width, the generally best ones first.
  static List<Tile> candidates(Lanes lanes) {
    List<Tile> tiles = new ArrayList<>();
    if (lanes == Lanes.L16) {
      tiles.add(new Tile(12, 2, lanes));
    } else {
      tiles.add(new Tile(6, 2, lanes));
    }
    for (int vectors : VECTORS) {
      for (int rows = MAX_ROWS; rows > 0; rows--) {
        Tile tile = new Tile(rows, vectors, lanes);
        if (fits(tile)) {
          tiles.add(tile);
        }
      }
    }
    return tiles;
  }

  private static boolean fits(Tile tile) {
    int sums = tile.rows() * tile.vectors();
    if (tile.lanes() != Lanes.L16) {
      return sums <= SUMS_OF_16 && sums + tile.vectors() < 16;
    }
    // 8x3 has 24 sums, but C2 spills some of them (19 % of the peak against 95 %).
    boolean spills = tile.rows() == 8 && tile.vectors() == 3;
    return !spills && sums <= (tile.vectors() == 2 ? SUMS_OF_32_IN_PAIRS : SUMS_OF_32);
  }

  /// Elements of A that are loaded ahead, each in a register, and one register more must be free. A
  /// 12x2 tile has a sum in memory then (72 % of the peak; 11x2: 95 %).
  private static boolean fitsWithRows(Tile tile) {
    int ahead = Math.min(tile.rows(), LOADED_AHEAD);
    return tile.rows() * tile.vectors() + tile.vectors() + ahead < 32;
  }

  private static double cycles(Tile tile, int m, int n) {
    double tiles = Math.ceilDiv(m, tile.rows()) * (double) Math.ceilDiv(n, tile.columns());
    double multiplyAdds = tile.rows() * tile.vectors() / 2.0;
    double loads = (tile.rows() + tile.vectors()) / 2.0;
    double step = Math.max(LATENCY, Math.max(multiplyAdds, loads));
    return tiles * (step + CYCLES_PER_SUM * tile.rows() * tile.vectors());
  }
}
