package dev.merapi.kernels.conv;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Trial;

/// Drives a [PlaneCopy] over lines of full and partial vectors. The memory holds the source, then
/// the target.
final class PlaneCopyTrial implements Trial {
  private static final int LINES = 6;
  private static final int PLANES = 4;
  private static final int VECTORS = 4;

  private final PlaneCopy kernel;
  private final int lanes;
  private final int step;
  private final long lineBytes;

  PlaneCopyTrial(PlaneCopy kernel) {
    this.kernel = kernel;
    this.lanes = kernel.lanes();
    this.step =
        switch (kernel.lines()) {
          case DENSE -> 1;
          case HALVED, SPREAD -> 2;
        };
    this.lineBytes = (long) step * VECTORS * lanes * Float.BYTES;
  }

  @Override
  public long bytes() {
    return 2 * PLANES * LINES * lineBytes;
  }

  @Override
  public long operations() {
    long perLine =
        switch (kernel.lines()) {
          case DENSE -> VECTORS;
          case HALVED -> 3 * VECTORS;
          case SPREAD -> (long) VECTORS * lanes;
        };
    return 2 * 3 * PLANES * LINES * perLine;
  }

  @Override
  public void drive(Kernel target, long memory) {
    call(target, memory, VECTORS * lanes);
    call(target, memory, VECTORS * lanes - 1);
    call(target, memory, lanes - 1);
    call(target, memory, 2 * lanes + 1);
  }

  private void call(Kernel target, long memory, int columns) {
    long planeBytes = LINES * lineBytes;
    target.run(
        memory,
        memory + PLANES * planeBytes,
        PlaneCopy.pair(columns, LINES),
        PlaneCopy.pair(lineBytes, lineBytes),
        PlaneCopy.pair(planeBytes, planeBytes),
        PlaneCopy.spread(PLANES, step, 1));
  }
}
