package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.Lanes;

/// The part of the result that a micro-kernel keeps in registers.
///
/// @param rows rows of A
/// @param vectors vectors along the columns of B
/// @param lanes elements of a vector
public record Tile(int rows, int vectors, Lanes lanes) {
  /// Columns of a full tile.
  public int columns() {
    return vectors * lanes.count();
  }

  @Override
  public String toString() {
    return rows + "x" + vectors + "x" + lanes.count();
  }
}
