package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Graph;
import java.util.Set;
import java.util.TreeSet;

/// The sizes of a graph that have a name until they are bound.
final class NamedSizes {
  private NamedSizes() {}

  private static Set<String> of(Graph graph) {
    var names = new TreeSet<String>();
    graph
        .inputs()
        .values()
        .forEach(input -> input.type().shape().dims().forEach(dim -> names.addAll(dim.symbols())));
    return names;
  }

  /// Checks that options bind no other sizes than a graph has: a misspelt name would leave the one
  /// that was meant as it is.
  ///
  /// @throws MerapiException of kind `ARGUMENT` that lists those that there are
  static void check(CompileOptions options, Graph graph) {
    Set<String> known = of(graph);
    var unknown = new TreeSet<>(options.sizes().keySet());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw MerapiException.of(Kind.ARGUMENT, "options: no such size")
          .with("name", String.join(", ", unknown))
          .with("sizes", known);
    }
  }
}
