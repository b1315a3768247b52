package dev.merapi.kernels.loop;

import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.target.MachineKernel;

/// The code of a nest, on one target.
sealed interface LoopCode {
  /// A class for the rows of one outer loop, with its twin.
  record Tiered(TieredKernel tiers) implements LoopCode {}

  /// A [NestRoutine].
  ///
  /// @param brief for calls that soon end
  /// @param lasting for those that may take long
  /// @param close when nobody needs it any more
  record Whole(Kernel brief, Kernel lasting, NestShape shape, Runnable close) implements LoopCode {
    static Whole of(MachineKernel kernel, NestShape shape) {
      return new Whole(kernel, kernel.lasting(), shape, kernel::close);
    }
  }
}
