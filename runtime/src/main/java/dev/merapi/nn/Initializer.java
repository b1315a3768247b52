package dev.merapi.nn;

import dev.merapi.RandomKey;
import dev.merapi.graph.Shape;

/// The first numbers of a parameter.
@FunctionalInterface
public interface Initializer {
  /// One number for each element, row-major.
  ///
  /// @param shape `[out, in, kernel...]` for weights, as in PyTorch
  /// @param key this parameter's own
  float[] values(Shape shape, RandomKey key);
}
