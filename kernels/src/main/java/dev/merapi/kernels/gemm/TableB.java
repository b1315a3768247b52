package dev.merapi.kernels.gemm;

/// What `b` points to for [Layout#TABLE].
///
/// | offset | bytes | content |
/// |---|---|---|
/// | 0 | 8 | address of the offsets: one `int` for each k, in bytes |
/// | 8 + 8 j | 8 | base address of vector j |
public final class TableB {
  public static final int OFFSETS = 0;

  private TableB() {}

  /// Where the base address of a vector lies.
  public static int base(int vector) {
    return 8 + 8 * vector;
  }

  /// Bytes of the block for a tile.
  public static int bytes(Tile tile) {
    return base(tile.vectors());
  }
}
