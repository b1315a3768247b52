package dev.merapi.drawn;

import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphPrinter;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// A graph, numbers for its symbolic sizes, and elements for its inputs and parameters.
public record Drawn(Graph graph, Map<String, Long> sizes, Map<String, double[]> bindings) {
  /// The text form, the sizes and the elements: all that a report needs.
  public String text() {
    var text = new StringBuilder(GraphPrinter.print(graph));
    text.append("sizes ").append(new TreeMap<>(sizes)).append('\n');
    new TreeMap<>(bindings)
        .forEach((label, data) ->
            text.append(label).append(" = ").append(Arrays.toString(data)).append('\n'));
    return text.toString();
  }
}
