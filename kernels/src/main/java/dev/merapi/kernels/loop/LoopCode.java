package dev.merapi.kernels.loop;

import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.target.MachineKernel;

/// The code of a nest, on one target.
sealed interface LoopCode {
  /// What runs calls of about so many elements.
  Kernel kernel(long elements);

  /// Rows that one call should have at least, for speed.
  int rowsTogether();

  /// Vector code and its twin.
  record Tiered(TieredKernel tiers) implements LoopCode {
    @Override
    public Kernel kernel(long elements) {
      return tiers;
    }

    @Override
    public int rowsTogether() {
      return 1;
    }
  }

  /// Machine code.
  ///
  /// @param operations for each element, about
  record Machine(MachineKernel machine, NestShape shape, long operations) implements LoopCode {
    /// Operations on elements that take some 20 microseconds, in vectors.
    private static final long BRIEF = 1 << 18;

    @Override
    public Kernel kernel(long elements) {
      long limit = BRIEF * shape.lanes() / Structure.PARTIALS;
      return elements > limit / operations ? machine.lasting() : machine;
    }

    @Override
    public int rowsTogether() {
      return shape.crossing().isEmpty() ? 1 : shape.lanes();
    }
  }
}
