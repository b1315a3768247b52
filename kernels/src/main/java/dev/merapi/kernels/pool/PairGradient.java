package dev.merapi.kernels.pool;

import dev.merapi.graph.Monoid;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import java.util.Optional;

/// The structure of a kernel for the gradient of 2x2 windows of stride 2 that lie inside, `run(x,
/// dy, dx, extent, lineBytes, pooledLineBytes)`. It overwrites all elements under the windows.
///
/// - `x`, `dx`: tap (0, 0) of the first position; `x` is not read for sums.
/// - `dy`: the first position.
/// - `extent`: as in [WindowLines].
/// - `lineBytes`: from one line to the next in `x` and `dx`.
/// - `pooledLineBytes`: the same in `dy`.
///
/// @param lanes vector width
record PairGradient(Monoid monoid, Lanes lanes) {
  static final int X = 0;
  static final int DY = 1;
  static final int DX = 2;
  static final int EXTENT = 3;
  static final int LINE_BYTES = 4;
  static final int POOLED_LINE_BYTES = 5;

  /// The kernel for these planes, if they suit it.
  static Optional<PairGradient> suiting(Monoid monoid, Planes planes, Lanes widest) {
    return isPair(planes.rows()) && isPair(planes.columns())
        ? WindowLines.lanes(planes.interior(), widest).map(lanes -> new PairGradient(monoid, lanes))
        : Optional.empty();
  }

  private static boolean isPair(PoolAxis axis) {
    return axis.taps() == 2 && axis.dilation() == 1 && axis.stride() == 2;
  }

  /// The kernel of this structure, shared through the cache.
  TieredKernel in(KernelCache cache) {
    return cache.get(
        this,
        () ->
            new TieredKernel(
                PairGradientCode.emit(this, Lanes.SCALAR),
                () -> PairGradientCode.emit(this, lanes),
                new PairGradientTrial(this)));
  }
}
