package dev.merapi.kernels.pool;

import dev.merapi.graph.Reduce.Window;
import dev.merapi.graph.Reduce.WindowGrad;
import dev.merapi.graph.TensorType;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.pool.Planes.Interior;
import java.util.List;
import java.util.Optional;

/// The gradient of a pooling by its operand, ready to run on any memory: `(x, dy) -> dx` with the
/// shapes of [PoolPlan].
///
/// The first extreme element of each window receives the gradient of its position, the first NaN
/// counting as the extreme; under a sum every element does. Where windows overlap, the positions
/// are added up in row-major order. What no window covers becomes 0. No workspace is needed.
public final class PoolGradientPlan {
  private final Planes planes;
  private final PlainGradient plain;
  private final Optional<TieredKernel> pairs;
  private final Interior interior;

  private PoolGradientPlan(Planes planes, PlainGradient plain, Optional<TieredKernel> pairs) {
    this.planes = planes;
    this.plain = plain;
    this.pairs = pairs;
    this.interior = pairs.isPresent() ? planes.interior() : Interior.NONE;
  }

  /// Plans a gradient.
  ///
  /// @param operand the type of `x`, its sizes constant
  /// @throws dev.merapi.MerapiException of kind `SHAPE` if the window does not fit the operand,
  ///   `UNSUPPORTED_OP` unless there are one or two spatial axes
  public static PoolGradientPlan of(
      WindowGrad window, TensorType operand, Lanes lanes, KernelCache cache) {
    new Window(window.monoid(), window.geometry()).infer(List.of(operand));
    Planes planes = Planes.of(window.geometry(), operand);
    return new PoolGradientPlan(
        planes,
        new PlainGradient(window.monoid(), planes),
        PairGradient.suiting(window.monoid(), planes, lanes).map(pairs -> pairs.in(cache)));
  }

  /// The kernels that the plan calls, to be warmed up.
  public List<TieredKernel> kernels() {
    return pairs.stream().toList();
  }

  /// Computes a part of the gradient.
  ///
  /// @param x address of the operand; not read for sums
  /// @param dy address of the result's gradient
  /// @param dx address of the operand's gradient
  /// @param part number of this part, from 0
  /// @param parts how many there are
  public void run(long x, long dy, long dx, int part, int parts) {
    int end = planes.first(part + 1, parts);
    for (int plane = planes.first(part, parts); plane < end; plane++) {
      long offset = plane * planes.bytes();
      plane(x + offset, dy + plane * planes.pooledBytes(), dx + offset);
    }
  }

  private void plane(long x, long dy, long dx) {
    if (!isCovered()) {
      plain.clear(dx);
    }
    if (pairs.isPresent()) {
      runKernel(pairs.get(), x, dy, dx);
    }
    int width = planes.columns().positions();
    for (int row = 0; row < planes.rows().positions(); row++) {
      if (interior.contains(row)) {
        plain.line(x, dy, dx, row, 0, interior.column());
        plain.line(x, dy, dx, row, interior.endColumn(), width);
      } else {
        plain.line(x, dy, dx, row, 0, width);
      }
    }
  }

  /// Whether the kernel writes every element.
  private boolean isCovered() {
    return 2 * interior.lines() == planes.rows().size()
        && 2 * interior.columns() == planes.columns().size();
  }

  private void runKernel(TieredKernel kernel, long x, long dy, long dx) {
    long offset = planes.offset(interior.row(), interior.column());
    kernel
        .current()
        .run(
            x + offset,
            dy + planes.pooledOffset(interior.row(), interior.column()),
            dx + offset,
            WindowLines.extent(interior.columns(), interior.lines()),
            planes.lineBytes(),
            planes.pooledLineBytes());
  }
}
