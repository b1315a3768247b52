package dev.merapi.kernels.pool;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Trial;
import java.lang.foreign.MemorySegment;

/// Drives a kernel of pooling over two small planes with padding on all sides, so that there are
/// vectors, one of them moved back, and windows outside the interior. The memory holds the table,
/// then the operand, the result or its gradient, and the operand's gradient.
final class PoolTrial implements Trial {
  private static final int PLANES = 2;
  private static final int PAD = 1;

  /// Positions of a line and lines without an interior.
  private static final int POSITIONS = 6;

  private static final int VECTORS = 3;

  private final WindowTable table;
  private final long operations;
  private final Calls calls;

  /// Where the operand lies, and so on.
  private final long operand;

  private final long result;
  private final long gradient;

  /// A call with these addresses.
  private interface Calls {
    void run(Kernel kernel, long x, long y, long dx, long table, int planes);
  }

  private PoolTrial(WindowTable table, long operations, Calls calls) {
    this.table = table;
    this.operations = operations;
    this.calls = calls;
    this.operand = table.bytes();
    this.result = operand + PLANES * table.planes().bytes();
    this.gradient = result + PLANES * table.planes().pooledBytes();
  }

  static PoolTrial of(Pooling pooling) {
    Planes planes =
        pooling
            .lines()
            .map(lines ->
                new Planes(
                    PLANES,
                    axis(POSITIONS, lines.rows(), 1, 1),
                    axis(length(lines.lanes()), lines.columns(), lines.stride(), lines.dilation())))
            .orElseGet(PoolTrial::small);
    long perTap = pooling.lines().map(lines -> 4L + 2L * lines.stride()).orElse(0L);
    return new PoolTrial(
        pooling.table(planes),
        operations(planes, perTap),
        (kernel, x, y, _, table, count) -> kernel.run(x, y, table, 0, count, 0));
  }

  static PoolTrial of(PoolingGradient gradient) {
    Planes planes =
        gradient.isPair()
            ? new Planes(PLANES, axis(POSITIONS, 2, 2, 1), axis(length(gradient.lanes()), 2, 2, 1))
            : small();
    return new PoolTrial(
        gradient.table(planes),
        operations(planes, 12),
        (kernel, x, dy, dx, table, count) -> kernel.run(x, dy, dx, table, 0, count));
  }

  private static Planes small() {
    return new Planes(PLANES, axis(POSITIONS, 3, 2, 1), axis(POSITIONS, 3, 2, 1));
  }

  /// Positions of a line whose interior has one more than whole vectors.
  private static int length(int lanes) {
    return VECTORS * lanes + 1 + 2 * PAD;
  }

  private static PoolAxis axis(int positions, int taps, int stride, int dilation) {
    int reach = (taps - 1) * dilation + 1;
    return new PoolAxis(
        (positions - 1) * stride + reach - 2 * PAD, positions, taps, stride, dilation, PAD);
  }

  /// @param perTap of vectors
  private static long operations(Planes planes, long perTap) {
    long lines = planes.rows().positions();
    long windows = 2 * (lines + planes.columns().positions());
    return PLANES * planes.taps() * (lines * (VECTORS + 1) * perTap + 4 * windows);
  }

  @Override
  public long bytes() {
    return gradient + PLANES * table.planes().bytes();
  }

  @Override
  public long operations() {
    return operations;
  }

  @Override
  public void prepare(MemorySegment memory) {
    Trial.super.prepare(memory);
    table.write(memory.address());
  }

  @Override
  public void drive(Kernel kernel, long memory) {
    calls.run(kernel, memory + operand, memory + result, memory + gradient, memory, PLANES);
  }
}
