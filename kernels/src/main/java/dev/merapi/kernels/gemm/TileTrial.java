package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.Trial;

/// Drives a micro-kernel over a few steps, again and again. It has no branches but its loop's.
///
/// The memory holds, one after the other, each from a multiple of 64 bytes: the panel of A, B, and
/// C.
final class TileTrial implements Trial {
  private static final int STEPS = 24;
  private static final int CALLS = 8;
  private static final int OPERATIONS_IN_ONE = 16;
  private static final int ALIGNMENT = 64;

  private final MicroKernel kernel;
  private final long rowBytes;
  private final long b;
  private final long c;
  private final long bytes;

  TileTrial(MicroKernel kernel) {
    Tile tile = kernel.tile();
    this.kernel = kernel;
    this.rowBytes = (long) tile.columns() * Float.BYTES;
    this.b = align((long) STEPS * tile.rows() * Float.BYTES);
    this.c = b + align(STEPS * rowBytes);
    this.bytes = c + align(tile.rows() * rowBytes);
  }

  private static long align(long size) {
    return (size + ALIGNMENT - 1) & -ALIGNMENT;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  /// Counts a small part of the instructions: several of them run in one cycle, and a kernel in
  /// which C2 left one call is a quarter as fast and must not pass.
  @Override
  public long operations() {
    Tile tile = kernel.tile();
    int perStep = tile.rows() * tile.vectors() + tile.rows() + tile.vectors();
    return (long) CALLS * STEPS * perStep / OPERATIONS_IN_ONE;
  }

  @Override
  public void drive(Kernel target, long memory) {
    long stride = kernel.layout() == Layout.ROWS ? STEPS * Float.BYTES : rowBytes;
    for (int call = 0; call < CALLS; call++) {
      target.run(memory, memory + b, memory + c, STEPS, rowBytes, stride);
    }
  }
}
