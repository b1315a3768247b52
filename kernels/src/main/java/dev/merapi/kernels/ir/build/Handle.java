package dev.merapi.kernels.ir.build;

import dev.merapi.kernels.ir.Value;

/// A value in the hands of a kernel's author. Its methods append instructions to the block that is
/// being built.
public sealed interface Handle permits Int, Ptr, Cond, Vec, Mask {
  /// The value itself.
  Value value();

  RoutineBuilder builder();
}
