package dev.merapi.kernels.gemm;

/// How a micro-kernel finds vector `j` of step `k` of B.
public enum Layout {
  /// In a panel of one tile's columns, padded to full vectors: at `b + (k * columns + j * lanes) *
  /// 4`.
  PACKED,
  /// In rows of the matrix as it is: at `b + k * stride + j * lanes * 4`. No byte beyond the tile's
  /// columns is read.
  STRIDED,
  /// Anywhere: at `base[j] + offsets[k]`, where `b` is the address of a [TableB].
  TABLE
}
