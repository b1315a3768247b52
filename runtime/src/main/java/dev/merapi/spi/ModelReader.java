package dev.merapi.spi;

import java.nio.file.Path;
import java.util.List;

/// Reads model files of one format; found by `ServiceLoader`.
///
/// A reader trusts nothing that a file says: whatever the bytes, it gives a model or throws.
public interface ModelReader {
  /// What names of such files end in, such as `.merapi`.
  List<String> endings();

  /// Reads a file.
  ///
  /// @throws dev.merapi.MerapiException of kind `FORMAT` if it is not what the format demands,
  ///   `UNSUPPORTED_OP` if it holds an operation that is not known
  /// @throws java.io.UncheckedIOException if it cannot be read
  ModelContents read(Path file);
}
