package dev.merapi.kernels.pool;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import java.time.Duration;

/// Which form of a kernel serves in a test.
enum Form {
  /// The scalar twin, as before any warm-up.
  TWIN,
  /// The vector class without waiting for the compiler.
  VECTOR,
  /// The vector class after a warm-up.
  WARM;

  TieredKernel of(WindowLines lines) {
    return this == VECTOR
        ? new TieredKernel(
            WindowLinesCode.emit(lines, lines.lanes()),
            () -> WindowLinesCode.emit(lines, Lanes.SCALAR),
            new WindowLinesTrial(lines))
        : new TieredKernel(
            WindowLinesCode.emit(lines, Lanes.SCALAR),
            () -> WindowLinesCode.emit(lines, lines.lanes()),
            new WindowLinesTrial(lines));
  }

  TieredKernel of(PairGradient pairs) {
    return this == VECTOR
        ? new TieredKernel(
            PairGradientCode.emit(pairs, pairs.lanes()),
            () -> PairGradientCode.emit(pairs, Lanes.SCALAR),
            new PairGradientTrial(pairs))
        : new TieredKernel(
            PairGradientCode.emit(pairs, Lanes.SCALAR),
            () -> PairGradientCode.emit(pairs, pairs.lanes()),
            new PairGradientTrial(pairs));
  }

  void prepare(TieredKernel kernel) {
    if (this == WARM) {
      assertTrue(kernel.warmUp(Duration.ofSeconds(60)).hasVectors());
    }
  }
}
