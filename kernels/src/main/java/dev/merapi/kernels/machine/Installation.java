package dev.merapi.kernels.machine;

/// What became of code that was to be made executable.
public sealed interface Installation {
  /// It can be called.
  record Installed(CodeBlock block) implements Installation {}

  /// The system does not allow it, or not here.
  ///
  /// @param reason for people
  record Refused(String reason) implements Installation {}
}
