package dev.merapi.kernels.target;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.TieredKernel;
import java.util.Optional;

/// What a target has made of a routine.
///
/// @param tiers what is to be warmed up; empty if it has its full speed from the first call on
/// @param release gives it back, when no call of it is running any more
public record MadeKernel(Kernel kernel, Optional<TieredKernel> tiers, Runnable release) {
  static MadeKernel of(MachineKernel kernel) {
    return new MadeKernel(kernel, Optional.empty(), kernel::close);
  }

  /// One that serves as it is, for good.
  static MadeKernel scalar(TieredKernel kernel) {
    return new MadeKernel(kernel, Optional.empty(), () -> {});
  }

  /// The collector gives it back.
  static MadeKernel of(TieredKernel kernel) {
    return new MadeKernel(kernel, Optional.of(kernel), () -> {});
  }
}
