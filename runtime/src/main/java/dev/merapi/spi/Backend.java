package dev.merapi.spi;

/// Compiles programs for one device.
public interface Backend {
  /// The name in messages, such as `cpu`.
  String name();

  /// Compiles a program.
  ///
  /// @param threads how many threads one run may use, at least 1; results do not depend on it
  /// @throws dev.merapi.MerapiException of kind `UNSUPPORTED_OP` naming the operation and its place
  Executable compile(Program program, int threads);
}
