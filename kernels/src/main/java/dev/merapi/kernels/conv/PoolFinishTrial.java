package dev.merapi.kernels.conv;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Trial;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Drives a [PoolFinish] over lines of full and partial vectors. The memory holds the argument
/// block, the sums, the result, and an area for the operands.
final class PoolFinishTrial implements Trial {
  private static final int CHANNELS = 3;
  private static final int LINES = 3;
  private static final int VECTORS = 4;
  private static final int STEPS = 24;
  private static final int ALIGNMENT = 64;

  private final PoolFinish finish;
  private final int lanes;
  private final long lineBytes;
  private final long sums;

  PoolFinishTrial(PoolFinish finish) {
    this.finish = finish;
    this.lanes = finish.lanes();
    this.lineBytes = (long) VECTORS * lanes * Float.BYTES;
    this.sums = (finish.blockBytes() + ALIGNMENT - 1) & -ALIGNMENT;
  }

  private long sumBytes() {
    return 4 * CHANNELS * LINES * lineBytes;
  }

  private long result() {
    return sums + sumBytes();
  }

  private long operands() {
    return result() + CHANNELS * LINES * lineBytes;
  }

  @Override
  public long bytes() {
    return operands() + CHANNELS * Float.BYTES;
  }

  @Override
  public long operations() {
    long perVector = STEPS + 4 * finish.epilogue().computations();
    return 2L * CHANNELS * LINES * VECTORS * perVector;
  }

  @Override
  public void prepare(MemorySegment memory) {
    Trial.super.prepare(memory);
    for (int i = 0; i < finish.epilogue().operands().size(); i++) {
      long address = memory.address() + operands();
      memory.set(ValueLayout.JAVA_LONG_UNALIGNED, LineFinish.operand(i), address);
    }
  }

  @Override
  public void drive(Kernel kernel, long memory) {
    call(kernel, memory, VECTORS * lanes);
    call(kernel, memory, VECTORS * lanes - 1);
    call(kernel, memory, lanes - 1);
    call(kernel, memory, 2 * lanes + 1);
  }

  private void call(Kernel kernel, long memory, int columns) {
    kernel.run(
        memory + sums,
        memory + result(),
        LineFinish.extent(columns, LINES, CHANNELS),
        PlaneCopy.pair(2 * lineBytes, 4 * LINES * lineBytes),
        LINES * lineBytes,
        memory);
  }
}
