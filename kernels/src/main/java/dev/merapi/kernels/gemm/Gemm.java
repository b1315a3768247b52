package dev.merapi.kernels.gemm;

/// Matrix product over strided operands.
public final class Gemm {
  /// Steps of one block of k, see the package's definition of the sum.
  public static final int BLOCK = 384;

  private Gemm() {}
}
