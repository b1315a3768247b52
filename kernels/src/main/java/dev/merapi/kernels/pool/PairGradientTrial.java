package dev.merapi.kernels.pool;

import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.Trial;

/// Drives a [PairGradient] kernel over lines of whole vectors and of one position more. The memory
/// holds lines of the operand, of its gradient, and of the result's gradient.
final class PairGradientTrial implements Trial {
  private static final int LINES = 6;
  private static final int VECTORS = 4;
  private static final int OPERATIONS = 50;

  private final int lanes;
  private final long pooledLineBytes;
  private final long operandBytes;

  PairGradientTrial(PairGradient kernel) {
    this.lanes = kernel.lanes().count();
    this.pooledLineBytes = (long) VECTORS * lanes * Float.BYTES;
    this.operandBytes = 4 * LINES * pooledLineBytes;
  }

  @Override
  public long bytes() {
    return 2 * operandBytes + LINES * pooledLineBytes;
  }

  @Override
  public long operations() {
    return 2L * LINES * VECTORS * OPERATIONS;
  }

  @Override
  public void drive(Kernel target, long memory) {
    call(target, memory, VECTORS * lanes);
    call(target, memory, (VECTORS - 1) * lanes + 1);
  }

  private void call(Kernel target, long memory, int columns) {
    target.run(
        memory,
        memory + 2 * operandBytes,
        memory + operandBytes,
        WindowLines.extent(columns, LINES),
        2 * pooledLineBytes,
        pooledLineBytes);
  }
}
