package dev.merapi.compiler;

import dev.merapi.graph.Graph;

/// A step of the compiler that makes one graph into another that computes the same.
public interface Pass {
  /// The new graph.
  Graph apply(Graph graph);

  /// The name in traces.
  default String name() {
    return getClass().getSimpleName();
  }
}
