package dev.merapi.kernels.pool;

import dev.merapi.graph.Reduce.Window;
import dev.merapi.graph.TensorType;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.pool.Planes.Interior;
import java.util.List;
import java.util.Optional;

/// A pooling of one geometry, ready to run on any memory: `x[N,C,H,W] -> y[N,C,OH,OW]` or `x[N,C,W]
/// -> y[N,C,OW]`, f32, dense and row-major.
///
/// A plan is immutable and may be used by several threads at once, each with a part of the planes.
/// A sum starts from 0 and goes through the window row by row; a window that lies wholly in the
/// padding gives the neutral element. No workspace is needed.
public final class PoolPlan {
  private final Planes planes;
  private final PlainPool plain;
  private final Optional<TieredKernel> lines;
  private final Interior interior;

  private PoolPlan(Planes planes, PlainPool plain, Optional<TieredKernel> lines) {
    this.planes = planes;
    this.plain = plain;
    this.lines = lines;
    this.interior = lines.isPresent() ? planes.interior() : Interior.NONE;
  }

  /// Plans a pooling.
  ///
  /// @param operand the type of `x`, its sizes constant
  /// @throws dev.merapi.MerapiException of kind `SHAPE` if the window does not fit the operand,
  ///   `UNSUPPORTED_OP` unless there are one or two spatial axes
  public static PoolPlan of(Window window, TensorType operand, Lanes lanes, KernelCache cache) {
    window.infer(List.of(operand));
    Planes planes = Planes.of(window.geometry(), operand);
    return new PoolPlan(
        planes,
        new PlainPool(window.monoid(), planes),
        WindowLines.suiting(window.monoid(), planes, lanes).map(lines -> lines.in(cache)));
  }

  /// The kernels that the plan calls, to be warmed up.
  public List<TieredKernel> kernels() {
    return lines.stream().toList();
  }

  /// Computes a part of the result.
  ///
  /// @param x address of the operand
  /// @param y address of the result
  /// @param part number of this part, from 0
  /// @param parts how many there are
  public void run(long x, long y, int part, int parts) {
    int end = planes.first(part + 1, parts);
    for (int plane = planes.first(part, parts); plane < end; plane++) {
      plane(x + plane * planes.bytes(), y + plane * planes.pooledBytes());
    }
  }

  private void plane(long x, long y) {
    if (lines.isPresent()) {
      runKernel(lines.get(), x, y);
    }
    int width = planes.columns().positions();
    for (int row = 0; row < planes.rows().positions(); row++) {
      if (interior.contains(row)) {
        plain.line(x, y, row, 0, interior.column());
        plain.line(x, y, row, interior.endColumn(), width);
      } else {
        plain.line(x, y, row, 0, width);
      }
    }
  }

  private void runKernel(TieredKernel kernel, long x, long y) {
    kernel
        .current()
        .run(
            x + planes.offset(interior.row(), interior.column()),
            y + planes.pooledOffset(interior.row(), interior.column()),
            WindowLines.extent(interior.columns(), interior.lines()),
            planes.tapRowBytes(),
            planes.rows().stride() * planes.lineBytes(),
            planes.pooledLineBytes());
  }
}
