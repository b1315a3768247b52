package dev.merapi.kernels.product;

import dev.merapi.kernels.machine.Cpu;

/// A row of the [KernelTable]: a way to compute products.
///
/// @param types of the operands and of the result in memory
/// @param definition what it computes, to the last bit
/// @param mostRows rows of the highest tile; lower ones are made of it too
/// @param vectors vectors of a tile's row
/// @param lanes of a vector
/// @param needs the processor
public record ProductKernel(
    OperandTypes types,
    Definition definition,
    int mostRows,
    int vectors,
    int lanes,
    Cpu.Level needs) {
  /// Cycles until a sum is ready for the next step.
  private static final int LATENCY = 4;

  /// Share of a sum's store in a step. It keeps tiles that are mostly outside the result from being
  /// chosen where the latency hides their multiply-adds.
  private static final double CYCLES_PER_SUM = 0.02;

  /// Strips of rows that a result is divided into.
  public int strips(int m) {
    return Math.max(1, Math.ceilDiv(m, mostRows));
  }

  /// The tile for a result of `m` rows: no higher than its strips, which are about equal.
  public Tile tile(int m) {
    int height = Math.max(1, Math.ceilDiv(m, strips(m)));
    return new Tile(height, vectors, lanes);
  }

  /// Cycles for each step of k, estimated: two multiply-adds and two loads in each, and [#LATENCY]
  /// between the steps of a sum.
  public double cost(int m, int n) {
    Tile tile = tile(m);
    int full = n / tile.columns();
    double rest = tile.restVectors(n) == 0 ? 0 : cycles(tile.rows(), tile.restVectors(n));
    return strips(m) * (full * cycles(tile.rows(), vectors) + rest);
  }

  private static double cycles(int rows, int vectors) {
    double multiplyAdds = rows * vectors / 2.0;
    double loads = (rows + vectors) / 2.0;
    double step = Math.max(LATENCY, Math.max(multiplyAdds, loads));
    return step + CYCLES_PER_SUM * rows * vectors;
  }

  @Override
  public String toString() {
    return mostRows + "x" + vectors + "x" + lanes + " " + types + ", " + definition;
  }
}
