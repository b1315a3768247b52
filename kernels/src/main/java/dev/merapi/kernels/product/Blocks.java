package dev.merapi.kernels.product;

/// Pieces of a memory that begin at lines of the cache.
public final class Blocks {
  private static final int ALIGNMENT = 64;

  private Blocks() {}

  /// Rounded up to whole lines.
  public static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }
}
