package dev.merapi.kernels.conv;

import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.jit.CallTime;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Trial;
import dev.merapi.kernels.target.PlanKernels;

/// Clears memory.
final class Zeros {
  private static final long MOST_OF_BRIEF = CallTime.mostOfBrief(CallTime.MOVED) * Float.BYTES;

  private final Kernel kernel;
  private final Kernel lasting;

  /// The structure of the kernel, see [ZerosRoutine].
  private record Structure(int lanes) {}

  Zeros(PlanKernels kernels) {
    int lanes = kernels.target().registerLanes();
    this.kernel =
        kernels.make(
            new Structure(lanes), () -> ZerosRoutine.of(lanes), () -> new ClearingTrial(lanes));
    this.lasting = kernel.lasting();
  }

  /// Clears a number of bytes, a multiple of 4.
  void fill(Calls calls, long address, long bytes) {
    calls.call(bytes < MOST_OF_BRIEF ? kernel : lasting, address, bytes, 0, 0, 0, 0);
  }

  /// Clears full and partial vectors.
  private record ClearingTrial(int lanes) implements Trial {
    private static final int VECTORS = 64;

    @Override
    public long bytes() {
      return (long) VECTORS * lanes * Float.BYTES;
    }

    @Override
    public long operations() {
      return 2 * VECTORS;
    }

    @Override
    public void drive(Kernel kernel, long memory) {
      kernel.run(memory, bytes(), 0, 0, 0, 0);
      kernel.run(memory, bytes() - Float.BYTES, 0, 0, 0, 0);
      kernel.run(memory, Float.BYTES, 0, 0, 0, 0);
    }
  }
}
