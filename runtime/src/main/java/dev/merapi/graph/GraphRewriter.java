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

  /// The graph with every node replaced by what the rule makes of it.
  public static Graph rewrite(Graph graph, Rule rule) {
    var builder = new GraphBuilder(graph.name());
    var renamed = new ValueMap<Value>();
    for (Node node : graph.nodes()) {
      List<Value> results = rule.apply(node, renamed.all(node.operands()), builder);
      for (int i = 0; i < results.size(); i++) {
        renamed.put(node.results().get(i), results.get(i));
      }
    }
    graph.outputs().forEach(each -> builder.output(each.label(), renamed.get(each.value())));
    graph
        .state()
        .forEach(pair -> builder.store(renamed.get(pair.read()), renamed.get(pair.next())));
    return builder.build();
  }
}
