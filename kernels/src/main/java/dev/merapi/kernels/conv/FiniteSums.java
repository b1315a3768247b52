package dev.merapi.kernels.conv;

import static dev.merapi.kernels.jit.Memory.ALL;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Trial;
import dev.merapi.kernels.target.PlanKernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The structure of a kernel that replaces sums which are not finite by plain ones, see
/// [FiniteSumsRoutine].
///
/// @param lanes of a vector
record FiniteSums(int lanes) {
  /// The kernel of this structure.
  Kernel in(PlanKernels kernels) {
    return kernels.make(
        this,
        () -> FiniteSumsRoutine.of(PlainSumRoutine.of(), lanes),
        () -> new ReplacingTrial(lanes));
  }

  /// Replaces two sums of a line, in a full vector and in a partial one, and none of another. The
  /// memory holds the block, the pixels, the weights, what says that there are some, and the sums.
  private static final class ReplacingTrial implements Trial {
    private static final int SIDE = 6;
    private static final int INPUTS = 2;
    private static final int LINES = 2;
    private static final int ALIGNMENT = 64;

    /// Instructions for a plain sum.
    private static final int STEPS = 400;

    private static final long PIXELS = (FiniteSumsRoutine.BYTES + ALIGNMENT - 1L) & -ALIGNMENT;

    private final Correlation problem;
    private final int columns;
    private final long weights;
    private final long sums;

    ReplacingTrial(int lanes) {
      Axis axis = new Axis(SIDE, SIDE, 3, 1, 1, 1, 1);
      this.problem = new Correlation(1, 1, INPUTS, 2, axis, axis);
      this.columns = 2 * lanes + 1;
      this.weights = PIXELS + INPUTS * problem.sourcePlane() * Float.BYTES;
      this.sums = weights + 2L * problem.steps() * Float.BYTES + WinogradOutput.CHECK_BYTES;
    }

    @Override
    public long bytes() {
      return sums + LINES * lineBytes();
    }

    private long lineBytes() {
      return (long) columns * Float.BYTES;
    }

    @Override
    public long operations() {
      return STEPS;
    }

    @Override
    public void prepare(MemorySegment memory) {
      Trial.super.prepare(memory);
      long channelBytes = LINES * lineBytes();
      memory.set(ValueLayout.JAVA_INT_UNALIGNED, sums - WinogradOutput.CHECK_BYTES, 1);
      FiniteSumsRoutine.write(
          problem, KernelOrder.FORWARD, lineBytes(), channelBytes, memory.address());
    }

    @Override
    public void drive(Kernel kernel, long memory) {
      long last = sums + lineBytes() - Float.BYTES;
      ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, memory + sums, Float.NaN);
      ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, memory + last, Float.POSITIVE_INFINITY);
      kernel.run(
          memory + sums,
          memory + PIXELS,
          memory + weights,
          LineFinish.extent(columns, LINES, 1),
          0,
          memory);
    }
  }
}
