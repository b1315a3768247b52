package dev.merapi.kernels.product;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Trial;

/// Drives a [Packing] over a full panel and one of a line, for several steps and for a few.
///
/// The memory holds the source, whose lines or steps overlap, and from a multiple of 64 bytes the
/// panels.
final class PackingTrial implements Trial {
  private static final int STEPS = 41;
  private static final int FEW_STEPS = 3;
  private static final int PANELS = 2;
  private static final int ACCESSES = 3;

  /// Bytes between lines or steps that are no neighbours.
  private static final long DISTANCE = 64;

  private final Packing packing;
  private final int lines;
  private final long panels;

  PackingTrial(Packing packing) {
    this.packing = packing;
    this.lines = packing.width() + 1;
    this.panels = Blocks.align((lines + STEPS) * (DISTANCE + Float.BYTES));
  }

  @Override
  public long bytes() {
    return panels + (long) PANELS * packing.width() * STEPS * Float.BYTES;
  }

  @Override
  public long operations() {
    return (long) ACCESSES * PANELS * (STEPS + FEW_STEPS) * Math.ceilDiv(lines, packing.lanes());
  }

  @Override
  public void drive(Kernel kernel, long memory) {
    run(kernel, memory, FEW_STEPS);
    run(kernel, memory, STEPS);
  }

  private void run(Kernel kernel, long memory, int steps) {
    long line = packing.order() == Packing.Order.LINES ? Float.BYTES : DISTANCE;
    long step = packing.order() == Packing.Order.STEPS ? Float.BYTES : DISTANCE + Float.BYTES;
    kernel.run(memory, memory + panels, steps, lines, line, step);
  }
}
