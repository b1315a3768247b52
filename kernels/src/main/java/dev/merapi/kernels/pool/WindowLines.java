package dev.merapi.kernels.pool;

import dev.merapi.graph.Monoid;
import dev.merapi.kernels.emit.DoubleSums;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.pool.Planes.Interior;
import java.util.Optional;

/// The structure of a kernel that pools lines of positions whose windows lie inside, `run(x, y,
/// extent, tapRowBytes, lineBytes, pooledLineBytes)`.
///
/// - `x`: tap (0, 0) of the first position.
/// - `y`: the first position.
/// - `extent`: columns and lines, see [#extent]; at least as many columns as lanes. The last vector
///   of a line ends at the line's end and computes some positions a second time.
/// - `tapRowBytes`: from one row of taps to the next.
/// - `lineBytes`: from one line of positions to the next in `x`.
/// - `pooledLineBytes`: the same in `y`.
///
/// @param rows rows of taps
/// @param columns taps of a row
/// @param stride elements from one position of a line to the next: 1 or 2
/// @param dilation elements from one tap of a row to the next; 1 if `stride` is 2
/// @param lanes vector width
record WindowLines(Monoid monoid, int rows, int columns, int stride, int dilation, Lanes lanes) {
  static final int X = 0;
  static final int Y = 1;
  static final int EXTENT = 2;
  static final int TAP_ROW_BYTES = 3;
  static final int LINE_BYTES = 4;
  static final int POOLED_LINE_BYTES = 5;

  /// Taps of the largest window that is unrolled; its sum is in floats.
  private static final int MAX_TAPS = DoubleSums.CHAIN;

  /// The kernel for these planes, if they suit vectors. Whether they do is a matter of sizes, not
  /// of the lanes of this machine.
  static Optional<WindowLines> suiting(Monoid monoid, Planes planes, Lanes widest) {
    PoolAxis rows = planes.rows();
    PoolAxis columns = planes.columns();
    boolean regular =
        columns.stride() == 1
            || (columns.stride() == 2 && columns.dilation() == 1 && columns.taps() > 1);
    if (!regular || (long) rows.taps() * columns.taps() > MAX_TAPS) {
      return Optional.empty();
    }
    return lanes(planes.interior(), widest)
        .map(lanes ->
            new WindowLines(
                monoid, rows.taps(), columns.taps(), columns.stride(), columns.dilation(), lanes));
  }

  /// The widest vectors that a line fills; none if it does not fill the narrowest.
  static Optional<Lanes> lanes(Interior interior, Lanes widest) {
    if (interior.lines() == 0 || interior.columns() < Lanes.L4.count()) {
      return Optional.empty();
    }
    Lanes best = Lanes.SCALAR;
    for (Lanes lanes : Lanes.values()) {
      boolean fits = lanes.count() <= Math.min(widest.count(), interior.columns());
      best = fits ? lanes : best;
    }
    return Optional.of(best);
  }

  /// Two counts in one argument.
  static long extent(int columns, int lines) {
    return columns | (long) lines << Integer.SIZE;
  }

  /// The kernel of this structure, shared through the cache.
  TieredKernel in(KernelCache cache) {
    return cache.get(
        this,
        () ->
            new TieredKernel(
                WindowLinesCode.emit(this, Lanes.SCALAR),
                () -> WindowLinesCode.emit(this, lanes),
                new WindowLinesTrial(this)));
  }
}
