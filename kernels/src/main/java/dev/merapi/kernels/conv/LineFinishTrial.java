package dev.merapi.kernels.conv;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Memory;
import dev.merapi.kernels.jit.Trial;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Drives a [LineFinish] over lines of full and partial vectors and several blocks.
///
/// The memory holds the argument block, then equal areas of channels and lines: one for each block
/// of sums, the result, and one for each operand.
final class LineFinishTrial implements Trial {
  private static final int CHANNELS = 3;
  private static final int LINES = 3;
  private static final int VECTORS = 4;
  private static final int BLOCKS = 3;
  private static final int ALIGNMENT = 64;

  private final LineFinish finish;
  private final int lanes;
  private final long lineBytes;
  private final long areaBytes;
  private final long areas;

  LineFinishTrial(LineFinish finish) {
    this.finish = finish;
    this.lanes = finish.lanes();
    this.lineBytes = (long) VECTORS * lanes * Float.BYTES;
    this.areaBytes = CHANNELS * LINES * lineBytes;
    this.areas = (finish.blockBytes() + ALIGNMENT - 1) & -ALIGNMENT;
  }

  @Override
  public long bytes() {
    return areas + areaBytes * (BLOCKS + 1 + finish.epilogue().operands().size());
  }

  @Override
  public long operations() {
    long perVector =
        2 * BLOCKS + 2 * finish.epilogue().operands().size() + finish.epilogue().computations() + 4;
    return 2L * CHANNELS * LINES * VECTORS * perVector;
  }

  @Override
  public void prepare(MemorySegment memory) {
    Trial.super.prepare(memory);
    memory.set(ValueLayout.JAVA_INT, LineFinish.STRIDE, (int) areaBytes);
    for (int i = 0; i < finish.epilogue().operands().size(); i++) {
      long area = areas + (BLOCKS + 1 + i) * areaBytes;
      int field = LineFinish.operand(i);
      memory.set(ValueLayout.JAVA_LONG_UNALIGNED, field, memory.address() + area);
      memory.set(ValueLayout.JAVA_LONG_UNALIGNED, field + Long.BYTES, LINES * lineBytes);
    }
  }

  @Override
  public void drive(Kernel kernel, long memory) {
    call(kernel, memory, VECTORS * lanes, BLOCKS);
    call(kernel, memory, VECTORS * lanes - 1, 1);
    call(kernel, memory, lanes - 1, BLOCKS);
    call(kernel, memory, 2 * lanes + 1, 2);
  }

  private void call(Kernel kernel, long memory, int columns, int blocks) {
    Memory.ALL.set(ValueLayout.JAVA_INT_UNALIGNED, memory + LineFinish.COUNT, blocks);
    long sums = memory + areas;
    kernel.run(
        sums,
        sums + BLOCKS * areaBytes,
        LineFinish.extent(columns, LINES, CHANNELS),
        PlaneCopy.pair(lineBytes, LINES * lineBytes),
        LINES * lineBytes,
        memory);
  }
}
