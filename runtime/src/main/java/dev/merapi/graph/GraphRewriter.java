package dev.merapi.graph;

import java.util.List;

/// Rebuilds a graph node by node: the frame of every pass that replaces nodes.
public final class GraphRewriter {
  /// What becomes of one node.
  @FunctionalInterface
  public interface Rule {
    /// Returns what the results of a node become, of the same types.
    ///
    /// @param node the node of the old graph
    /// @param operands its operands in the new graph
    /// @param builder where nodes are added; `builder.copy(node, operands)` keeps it as it is
    List<Value> apply(Node node, List<Value> operands, GraphBuilder builder);
  }

  private GraphRewriter() {}

  /// The graph with every node replaced by what the rule makes of it, its values numbered in order:
  /// the same object if that changes nothing.
  public static Graph rewrite(Graph graph, Rule rule) {
    var builder = new GraphBuilder(graph.name());
    var renamed = new ValueMap<Value>();
    int copied = 0;
    for (Node node : graph.nodes()) {
      List<Value> results = rule.apply(node, renamed.all(node.operands()), builder);
      for (int i = 0; i < results.size(); i++) {
        renamed.put(node.results().get(i), results.get(i));
      }
      List<Node> made = builder.nodes();
      if (made.size() == copied + 1 && isCopy(made.get(copied), node, results)) {
        copied++;
      }
    }
    if (copied == graph.nodes().size() && copied == builder.nodes().size()) {
      return graph;
    }
    graph.outputs().forEach(each -> builder.output(each.label(), renamed.get(each.value())));
    graph
        .state()
        .forEach(pair -> builder.store(renamed.get(pair.read()), renamed.get(pair.next())));
    return builder.build();
  }

  private static boolean isCopy(Node made, Node node, List<Value> results) {
    return made.results().equals(results)
        && made.results().equals(node.results())
        && made.operands().equals(node.operands())
        && made.path().equals(node.path())
        && isSame(made.op(), node.op());
  }

  /// Equal functions may differ in which of their parts are one object.
  private static boolean isSame(Op op, Op other) {
    return op instanceof MapOp(ScalarFn fn) && other instanceof MapOp(ScalarFn known)
        ? fn == known
        : op.equals(other);
  }
}
