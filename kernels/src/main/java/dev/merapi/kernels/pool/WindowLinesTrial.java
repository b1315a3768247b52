package dev.merapi.kernels.pool;

import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.Trial;

/// Drives a [WindowLines] kernel over lines of whole vectors and of one position more. The memory
/// holds lines of the operand, then lines of the result.
final class WindowLinesTrial implements Trial {
  private static final int LINES = 6;
  private static final int VECTORS = 4;

  private final WindowLines kernel;
  private final int columns;
  private final long lineBytes;
  private final long operandBytes;

  WindowLinesTrial(WindowLines kernel) {
    this.kernel = kernel;
    this.columns = VECTORS * kernel.lanes().count();
    long reach = (kernel.columns() - 1L) * kernel.dilation() + 1;
    this.lineBytes = ((columns - 1L) * kernel.stride() + reach) * Float.BYTES;
    this.operandBytes = (LINES + kernel.rows() - 1) * lineBytes;
  }

  @Override
  public long bytes() {
    return operandBytes + (long) LINES * columns * Float.BYTES;
  }

  @Override
  public long operations() {
    long perTap = 4L + 2L * kernel.stride();
    return 2L * LINES * VECTORS * kernel.rows() * kernel.columns() * perTap;
  }

  @Override
  public void drive(Kernel target, long memory) {
    call(target, memory, columns);
    call(target, memory, columns - kernel.lanes().count() + 1);
  }

  private void call(Kernel target, long memory, int columns) {
    target.run(
        memory,
        memory + operandBytes,
        WindowLines.extent(columns, LINES),
        lineBytes,
        lineBytes,
        (long) columns * Float.BYTES);
  }
}
