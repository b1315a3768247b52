package dev.merapi.kernels.conv;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Trial;

/// Drives a [WinogradInput] over some vectors of tiles. The memory holds the planes of the
/// channels, then their transforms.
final class WinogradInputTrial implements Trial {
  private static final int CHANNELS = 3;
  private static final int VECTORS = 4;
  private static final int PLANES = 4;
  private static final int STEPS = 80;

  private final int tiles;
  private final long lineBytes;
  private final long planeBytes;
  private final long sourceBytes;

  WinogradInputTrial(int lanes) {
    this.tiles = VECTORS * lanes;
    this.lineBytes = (long) (tiles + 1) * Float.BYTES;
    this.planeBytes = 2 * lineBytes;
    this.sourceBytes = PLANES * planeBytes;
  }

  @Override
  public long bytes() {
    return CHANNELS * (sourceBytes + (long) Winograd.ELEMENTS * tiles * Float.BYTES);
  }

  @Override
  public long operations() {
    return (long) CHANNELS * (VECTORS + 1) * STEPS;
  }

  @Override
  public void drive(Kernel kernel, long memory) {
    call(kernel, memory, tiles);
    call(kernel, memory, tiles / VECTORS);
  }

  private void call(Kernel kernel, long memory, int count) {
    long targetBytes = (long) tiles * Float.BYTES;
    kernel.run(
        memory,
        memory + CHANNELS * sourceBytes,
        PlaneCopy.pair(count, CHANNELS),
        PlaneCopy.pair(planeBytes, lineBytes),
        PlaneCopy.pair(sourceBytes, targetBytes),
        CHANNELS * targetBytes);
  }
}
