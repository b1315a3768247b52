package dev.merapi.kernels.pool;

import dev.merapi.graph.Monoid;
import dev.merapi.kernels.pool.Planes.Interior;
import java.util.OptionalInt;

/// The structure of a kernel for the gradient of pooling, `run(x, dy, dx, table, plane, endPlane)`.
///
/// - `x`, `dx`: the first planes of the operand, which is not read for sums, and of its gradient.
/// - `dy`: the first plane of the result's gradient.
/// - `table`, `plane`, `endPlane`: as in a [Pooling].
///
/// @param isPair whether windows of the interior are 2x2 with stride 2 and taken by vectors
/// @param lanes vector width
record PoolingGradient(Monoid monoid, boolean isPair, int lanes) {
  static PoolingGradient of(Monoid monoid, Planes planes, int registerLanes) {
    OptionalInt lanes =
        isPair(planes.rows()) && isPair(planes.columns())
            ? WindowLines.lanes(planes.interior(), registerLanes)
            : OptionalInt.empty();
    return new PoolingGradient(monoid, lanes.isPresent(), lanes.orElse(registerLanes));
  }

  private static boolean isPair(PoolAxis axis) {
    return axis.taps() == 2 && axis.dilation() == 1 && axis.stride() == 2;
  }

  WindowTable table(Planes planes) {
    return new WindowTable(planes, isPair ? planes.interior() : Interior.NONE);
  }
}
