package dev.merapi.graph;

import java.util.Locale;
import java.util.stream.Collectors;

/// Writes a [Graph] as text, one line a node, that [GraphParser] reads back to an equal graph:
///
/// ```
/// graph "lenet" {
///   %0: f32[N,1,28,28] = input() {label="image"}
///   %1: f32[6,1,5,5] = parameter() {label="conv1.weight"} @ "conv1"
///   ...
///   output "logits" = %31
///   store %1 = %40
/// }
/// ```
///
/// Values keep their ids; the parser numbers them from 0 in order, as a [GraphBuilder] does.
public final class GraphPrinter {
  private GraphPrinter() {}

  /// The whole graph.
  public static String print(Graph graph) {
    var text = new StringBuilder("graph ").append(quote(graph.name())).append(" {\n");
    graph.nodes().forEach(node -> text.append("  ").append(line(node)).append('\n'));
    for (Graph.Output output : graph.outputs()) {
      text.append("  output ")
          .append(quote(output.label()))
          .append(" = ")
          .append(output.value())
          .append('\n');
    }
    for (Graph.StatePair pair : graph.state()) {
      text.append("  store ").append(pair.read()).append(" = ").append(pair.next()).append('\n');
    }
    return text.append("}\n").toString();
  }

  /// One node, without indentation and line break.
  public static String line(Node node) {
    String results =
        node.results().stream()
            .map(each -> each + ": " + each.type())
            .collect(Collectors.joining(", "));
    String operands =
        node.operands().stream().map(Value::toString).collect(Collectors.joining(", ", "(", ")"));
    String attributes = OpText.attributes(node.op());
    return results
        + " = "
        + node.op().name()
        + operands
        + (attributes.isEmpty() ? "" : " {" + attributes + "}")
        + (node.path().isEmpty() ? "" : " @ " + quote(node.path()));
  }

  /// A string in quotes; quotes, backslashes and everything outside printable ASCII are escaped.
  static String quote(String text) {
    var quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c >= ' ' && c <= '~') {
        quoted.append(c);
      } else {
        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      }
    }
    return quoted.append('"').toString();
  }
}
