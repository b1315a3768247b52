package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.Trial;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Drives a [Finish] kernel over full and partial rows.
///
/// The memory holds the argument block, then equal matrices: the sums, C, and one for each operand.
final class FinishTrial implements Trial {
  private static final int ROWS = 24;

  private final Finish finish;
  private final long rowBytes;
  private final long matrixBytes;
  private final long matrices;

  FinishTrial(Finish finish) {
    this.finish = finish;
    this.rowBytes = (long) finish.columns() * Float.BYTES;
    this.matrixBytes = ROWS * rowBytes;
    this.matrices = TileArguments.bytes(finish.epilogue().operands().size());
  }

  @Override
  public long bytes() {
    return matrices + matrixBytes * (2 + finish.epilogue().operands().size());
  }

  @Override
  public long operations() {
    int perVector = 3 + finish.epilogue().operations() + finish.epilogue().operands().size();
    return 4L * ROWS * finish.vectors() * perVector;
  }

  @Override
  public void prepare(MemorySegment memory) {
    Trial.super.prepare(memory);
    memory.asSlice(0, matrices).fill((byte) 0);
    for (int i = 0; i < finish.epilogue().operands().size(); i++) {
      long matrix = matrices + (2 + i) * matrixBytes;
      int field = TileArguments.operand(i);
      memory.set(ValueLayout.JAVA_LONG, field, memory.address() + matrix);
      memory.set(ValueLayout.JAVA_LONG, field + Long.BYTES, rowBytes);
      if (finish.epilogue().operands().get(i).element() == Element.I32) {
        for (long at = matrix; at < matrix + matrixBytes; at += Integer.BYTES) {
          memory.set(ValueLayout.JAVA_INT, at, (int) (at >> 2 & 1));
        }
      }
    }
  }

  @Override
  public void drive(Kernel target, long memory) {
    call(target, memory, finish.columns());
    call(target, memory, finish.columns() - 1);
    call(target, memory, 1);
    call(target, memory, finish.columns());
  }

  private void call(Kernel target, long memory, int columns) {
    long sums = memory + matrices;
    long extent = TileArguments.extent(ROWS, columns);
    target.run(sums, rowBytes, sums + matrixBytes, rowBytes, extent, memory);
  }
}
