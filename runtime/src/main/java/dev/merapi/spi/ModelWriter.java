package dev.merapi.spi;

import java.nio.file.Path;
import java.util.List;

/// Writes model files of one format; found by `ServiceLoader`.
public interface ModelWriter {
  /// What names of such files end in, such as `.merapi`.
  List<String> endings();

  /// Writes a file; one that was there is replaced at once and as a whole, or stays as it was.
  ///
  /// @throws dev.merapi.MerapiException if the format cannot hold such a model
  /// @throws java.io.UncheckedIOException if it cannot be written
  void write(Path file, ModelContents contents);
}
