package dev.merapi.spi;

import java.util.List;

/// Compiles programs for one device.
public interface Backend {
  /// The name in messages, such as `cpu`.
  String name();

  /// Compiles a program.
  ///
  /// @param threads how many threads one run may use, at least 1; results do not depend on it
  /// @throws dev.merapi.MerapiException of kind `UNSUPPORTED_OP` naming the operation and its place
  Executable compile(Program program, int threads);

  /// How large kernels of elementwise code may grow.
  default LoopLimits limits() {
    return LoopLimits.COMMON;
  }

  /// The kernels that it makes for a program, each once, in the order of its regions; empty for a
  /// backend that has none to show. They are made for this and given back.
  default List<KernelText> kernels(Program program) {
    return List.of();
  }
}
