package dev.merapi.kernels.conv;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Trial;
import dev.merapi.kernels.target.PlanKernels;

/// The structure of a kernel that transforms the weights of a panel, see [WinogradFilterRoutine].
///
/// @param lanes of a vector, 16 at most
record WinogradFilter(KernelOrder order, int lanes) {
  /// The kernel of this structure.
  Kernel in(PlanKernels kernels) {
    return kernels.make(
        this, () -> WinogradFilterRoutine.of(order, lanes), () -> new TransformTrial(this));
  }

  /// Transforms panels of full and partial vectors. The memory holds the kernels, then the panel.
  private record TransformTrial(WinogradFilter filter) implements Trial {
    private static final int INPUTS = 3;
    private static final int VECTORS = 2;
    private static final int TAPS = 9;

    /// Instructions for a vector of kernels: loads and a transposition, and the transforms.
    private static final int STEPS = 200;

    private int rows() {
      return VECTORS * filter.lanes + 1;
    }

    private long kernels() {
      return (long) INPUTS * rows() * TAPS * Float.BYTES;
    }

    private long elementBytes() {
      return (long) INPUTS * rows() * Float.BYTES;
    }

    @Override
    public long bytes() {
      return kernels() + Winograd.ELEMENTS * elementBytes();
    }

    @Override
    public long operations() {
      return 2L * INPUTS * VECTORS * STEPS;
    }

    @Override
    public void drive(Kernel kernel, long memory) {
      call(kernel, memory, rows());
      call(kernel, memory, rows() - filter.lanes);
    }

    private void call(Kernel kernel, long memory, int channels) {
      long inputBytes = (long) rows() * TAPS * Float.BYTES;
      long first =
          switch (filter.order) {
            case FORWARD -> 0;
            case DATA -> (TAPS - 1) * Float.BYTES;
          };
      kernel.run(
          memory + first,
          memory + kernels(),
          WinogradFilterRoutine.extent(channels, rows(), INPUTS),
          PlaneCopy.pair((long) TAPS * Float.BYTES, inputBytes),
          elementBytes(),
          0);
    }
  }
}
