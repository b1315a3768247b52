package dev.merapi.kernels.conv;

import dev.merapi.kernels.product.Definition;
import dev.merapi.kernels.product.Tile;
import dev.merapi.kernels.target.Target;
import java.util.List;

/// How the outputs of an image are cut: into blocks of lines, and those into register tiles.
///
/// @param register output channels by vectors of positions
/// @param lines output lines of a block, the last of an image may have fewer
record Tiling(RegisterTile register, int lines) {
  /// Cycles of a call beside its steps, and of a vector of sums on its way to the result.
  private static final double CALL = 30;

  private static final double STORE = 3;

  /// Bytes of sums that a block should not exceed, so that they stay in the caches near the core.
  private static final long SUM_BYTES = 96 << 10;

  /// The cheapest tiling by an estimate of cycles.
  ///
  /// @param step what the lines of a block are a multiple of
  static Tiling choose(Correlation problem, int lineLength, int step, Target target) {
    List<RegisterTile> tiles = RegisterTile.of(problem.outputs(), target);
    Tiling best = new Tiling(tiles.getFirst(), step);
    double least = Double.MAX_VALUE;
    for (RegisterTile tile : tiles) {
      for (int lines = step; lines < problem.rows().output() + step; lines += step) {
        Tiling candidate = new Tiling(tile, lines);
        if (lines > step && candidate.sumBytes(problem, lineLength) > SUM_BYTES) {
          break;
        }
        double cycles = candidate.cycles(problem, lineLength);
        if (cycles < least) {
          least = cycles;
          best = candidate;
        }
      }
    }
    return best;
  }

  Tile tile() {
    return register.tile();
  }

  /// Blocks of lines in an image.
  int blocks(Correlation problem) {
    return (problem.rows().output() + lines - 1) / lines;
  }

  /// Panels of output channels in a group.
  int panels(Correlation problem) {
    return Math.ceilDiv(problem.outputs(), tile().rows());
  }

  /// Output lines of a block.
  int linesOf(int block, Correlation problem) {
    return Math.min(lines, problem.rows().output() - block * lines);
  }

  /// Positions from the first of `count` lines to the last, those behind ends of lines included.
  static int span(int count, int lineLength, Correlation problem) {
    return (count - 1) * lineLength + problem.columns().output();
  }

  /// Floats from one channel's sums to the next's.
  int sumStride(Correlation problem, int lineLength) {
    int span = Math.max(span(lines, lineLength, problem), tile().columns());
    int padded = span + 2 * tile().lanes() - 1;
    return padded / tile().lanes() * tile().lanes();
  }

  /// Blocks of k.
  static int sums(Correlation problem) {
    return (problem.steps() + Definition.BLOCK - 1) / Definition.BLOCK;
  }

  /// Bytes of the sums of one block of lines and one panel.
  long sumBytes(Correlation problem, int lineLength) {
    return (long) sums(problem) * tile().rows() * sumStride(problem, lineLength) * Float.BYTES;
  }

  /// Whether each block of lines is long enough for one tile.
  boolean fillsTiles(Correlation problem, int lineLength) {
    int last = linesOf(blocks(problem) - 1, problem);
    return span(last, lineLength, problem) >= tile().columns();
  }

  /// Estimated cycles for one image and group.
  double cycles(Correlation problem, int lineLength) {
    int blocks = blocks(problem);
    int last = linesOf(blocks - 1, problem);
    double tiles = (blocks - 1) * tiles(lines, lineLength, problem);
    tiles += tiles(last, lineLength, problem);
    double perTile =
        problem.steps() * register.stepCycles()
            + sums(problem) * (CALL + STORE * tile().rows() * tile().vectors());
    return panels(problem) * (tiles * perTile + blocks * CALL);
  }

  private double tiles(int count, int lineLength, Correlation problem) {
    return Math.ceilDiv(span(count, lineLength, problem), tile().columns());
  }
}
