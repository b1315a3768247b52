package dev.merapi.kernels.conv;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Trial;

/// Drives a [TransposeRoutine] over strips of whole blocks, and over ones whose last block
/// overlaps.
///
/// The memory holds the lines and behind them the strip.
record TransposeTrial(int side) implements Trial {
  /// Vectors of a strip's longer side.
  private static final int BLOCKS = 8;

  private int lines() {
    return 2 * side + 1;
  }

  private int steps() {
    return BLOCKS * side + 1;
  }

  private long elements() {
    return (long) lines() * steps();
  }

  @Override
  public long bytes() {
    return 2 * elements() * Float.BYTES;
  }

  /// Loads, stores, and interleaving.
  @Override
  public long operations() {
    return 6 * elements() / side;
  }

  @Override
  public void drive(Kernel kernel, long memory) {
    run(kernel, memory, lines(), steps());
    run(kernel, memory, side, side);
  }

  private void run(Kernel kernel, long memory, int lines, int steps) {
    long lineBytes = (long) steps() * Float.BYTES;
    long extent = TransposeRoutine.extent(lines, lines());
    long strip = memory + elements() * Float.BYTES;
    kernel.run(memory, strip, lineBytes, steps, extent, 0);
  }
}
