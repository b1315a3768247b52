package dev.merapi.spi;

import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Reads files of named tensors, such as those that other frameworks keep weights in; found by
/// `ServiceLoader`.
public interface WeightsReader {
  /// What names of such files end in, such as `.safetensors`.
  List<String> endings();

  /// Opens a file.
  ///
  /// @throws dev.merapi.MerapiException of kind `FORMAT` if it is not what the format demands
  /// @throws java.io.UncheckedIOException if it cannot be read
  Weights open(Path file);

  /// The tensors of an open file.
  interface Weights extends AutoCloseable {
    /// Their sizes by name.
    Map<String, Shape> shapes();

    /// Reads one of them, its elements converted where that loses no more than digits.
    ///
    /// @param type of as many elements
    /// @throws dev.merapi.MerapiException of kind `FORMAT` if an element has no such value
    HostTensor read(String name, TensorType type);

    @Override
    void close();
  }
}
