package dev.merapi.kernels.gemm;

/// How a micro-kernel finds element `i` of A and vector `j` of B in step `k`.
public enum Layout {
  /// Both in panels, A of one tile's rows and B of its columns, padded to full vectors: at `a + (k
  /// * rows + i) * 4` and `b + (k * columns + j * lanes) * 4`.
  PACKED,
  /// A in its rows as they are, at `a + i * stride + k * 4`; B in a panel.
  ROWS,
  /// A in a panel; B in its rows as they are, at `b + k * stride + j * lanes * 4`. No byte beyond
  /// the tile's columns is read.
  STRIDED
}
