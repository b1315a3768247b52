package dev.merapi.kernels.pool;

import dev.merapi.graph.Monoid;
import dev.merapi.kernels.math.FloatChains;
import dev.merapi.kernels.pool.Planes.Interior;
import java.util.Optional;

/// The structure of a kernel that pools planes, `run(x, y, table, plane, endPlane)`.
///
/// - `x`, `y`: the first planes of operand and result.
/// - `table`: the [WindowTable] of [#table].
/// - `plane`, `endPlane`: the planes to be pooled.
///
/// @param isLong whether sums are in double
/// @param lines how windows of the interior are taken by vectors, if they are
record Pooling(Monoid monoid, boolean isLong, Optional<WindowLines> lines) {
  static Pooling of(Monoid monoid, Planes planes, int registerLanes) {
    return new Pooling(
        monoid,
        monoid == Monoid.SUM && planes.taps() > FloatChains.LONGEST,
        WindowLines.suiting(planes, registerLanes));
  }

  WindowTable table(Planes planes) {
    return new WindowTable(planes, lines.isPresent() ? planes.interior() : Interior.NONE);
  }
}
