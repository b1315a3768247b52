package dev.merapi.format;

import dev.merapi.graph.Graph;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Node;
import dev.merapi.graph.Op;
import dev.merapi.graph.Source.Constant;
import dev.merapi.graph.Source.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Large constants of graphs: in the text of a file they are parameters of reserved names, and
/// their data are tensors.
final class Constants {
  /// Constants of more elements are tensors.
  static final int MOST_INLINE = 64;

  private final Map<Literal, String> names = new LinkedHashMap<>();

  /// A graph whose large constants are parameters; equal ones have one name.
  Graph extract(Graph graph) {
    return replaced(graph, op -> op instanceof Constant constant ? extract(constant) : op);
  }

  private Op extract(Constant constant) {
    Literal literal = constant.literal();
    if (literal.isSplat() || literal.type().shape().elements() <= MOST_INLINE) {
      return constant;
    }
    String name = names.computeIfAbsent(literal, _ -> Keys.CONSTANT + names.size());
    return new Parameter(name, literal.type());
  }

  /// The constants that were replaced, by name.
  Map<String, Literal> extracted() {
    var byName = new LinkedHashMap<String, Literal>();
    names.forEach((literal, name) -> byName.put(name, literal));
    return byName;
  }

  /// A graph with its constants in their places again.
  static Graph restore(Graph graph, Map<String, Literal> constants) {
    return replaced(
        graph,
        op -> {
          Literal literal =
              op instanceof Parameter parameter ? constants.get(parameter.label()) : null;
          return literal == null ? op : new Constant(literal);
        });
  }

  private static Graph replaced(Graph graph, UnaryOperator<Op> change) {
    List<Node> nodes =
        graph.nodes().stream()
            .map(node -> {
              Op op = change.apply(node.op());
              return op.equals(node.op())
                  ? node
                  : new Node(op, node.operands(), node.results(), node.path());
            })
            .toList();
    return new Graph(graph.name(), nodes, graph.outputs(), graph.state());
  }
}
