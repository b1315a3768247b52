package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.MemoryType;

/// The part of a result whose sums are in registers at a time.
///
/// @param rows rows of A
/// @param vectors vectors along the columns of B
/// @param lanes columns of a vector
public record Tile(int rows, int vectors, int lanes) {
  public int columns() {
    return vectors * lanes;
  }

  /// Bytes of a step of B's columns in `f32`.
  long columnBytes() {
    return (long) columns() * MemoryType.F32.bytes();
  }

  /// Bytes of a vector of `f32`.
  public long vectorBytes() {
    return (long) lanes * MemoryType.F32.bytes();
  }

  Tile withRows(int other) {
    return new Tile(other, vectors, lanes);
  }

  /// Vectors that hold the columns behind the last full tile.
  int restVectors(int n) {
    return Math.ceilDiv(n % columns(), lanes);
  }

  @Override
  public String toString() {
    return rows + "x" + vectors + "x" + lanes;
  }
}
