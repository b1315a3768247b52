package dev.merapi.kernels.conv;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Trial;
import java.lang.foreign.MemorySegment;

/// Drives a [WinogradOutput] over lines of one and two vectors. The memory holds the products, then
/// the check and the sums.
final class WinogradOutputTrial implements Trial {
  private static final int CHANNELS = 3;
  private static final int LINES = 4;
  private static final int VECTORS = 2;
  private static final int STEPS = 60;

  private final int tiles;
  private final long lineBytes;

  WinogradOutputTrial(int lanes) {
    this.tiles = VECTORS * lanes;
    this.lineBytes = (long) tiles * Float.BYTES;
  }

  private long productBytes() {
    return (long) Winograd.ELEMENTS * CHANNELS * LINES * lineBytes;
  }

  private long sumBytes() {
    return 2L * LINES * 2 * lineBytes;
  }

  @Override
  public long bytes() {
    return productBytes() + WinogradOutput.CHECK_BYTES + CHANNELS * sumBytes();
  }

  /// A check of fewer lanes leaves the others as they are.
  @Override
  public void prepare(MemorySegment memory) {
    Trial.super.prepare(memory);
    memory.asSlice(productBytes(), WinogradOutput.CHECK_BYTES).fill((byte) 0);
  }

  @Override
  public long operations() {
    return (long) CHANNELS * LINES * (VECTORS + 1) * STEPS;
  }

  @Override
  public void drive(Kernel kernel, long memory) {
    call(kernel, memory, tiles);
    call(kernel, memory, tiles / VECTORS);
  }

  private void call(Kernel kernel, long memory, int columns) {
    kernel.run(
        memory,
        memory + productBytes() + WinogradOutput.CHECK_BYTES,
        LineFinish.extent(columns, LINES, CHANNELS),
        PlaneCopy.pair(lineBytes, 2 * lineBytes),
        PlaneCopy.pair(LINES * lineBytes, sumBytes()),
        CHANNELS * LINES * lineBytes);
  }
}
