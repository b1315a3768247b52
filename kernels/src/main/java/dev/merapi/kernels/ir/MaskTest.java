package dev.merapi.kernels.ir;

/// What can be asked of a mask.
public enum MaskTest {
  /// Whether a lane is on.
  ANY,
  /// Whether all lanes are on.
  ALL,
  /// Whether lane 0 is on.
  FIRST
}
