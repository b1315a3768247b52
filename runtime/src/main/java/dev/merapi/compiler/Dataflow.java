package dev.merapi.compiler;

import dev.merapi.graph.Graph;
import dev.merapi.graph.Node;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import java.util.HashMap;
import java.util.Map;

/// Who defines each value of a graph, how often it is used, and what it is a view of.
final class Dataflow {
  private final Map<Value, Node> producers;
  private final Map<Value, Value> roots = new HashMap<>();
  private final Map<Value, Integer> uses = new HashMap<>();
  private final Map<Node, Integer> positions = new HashMap<>();

  Dataflow(Graph graph) {
    producers = graph.producers();
    for (Node node : graph.nodes()) {
      positions.put(node, positions.size());
      node.operands().forEach(this::countUse);
      if (isAffine(node)) {
        roots.put(node.result(), root(node.operands().getFirst()));
      }
    }
    graph.outputs().forEach(output -> countUse(output.value()));
    graph.state().forEach(pair -> countUse(pair.next()));
  }

  private void countUse(Value value) {
    uses.merge(value, 1, Integer::sum);
  }

  private static boolean isAffine(Node node) {
    return node.op() instanceof View view && !Fusion.copies(view);
  }

  Map<Value, Node> producers() {
    return producers;
  }

  /// The node that defines a value.
  Node producer(Value value) {
    Node node = producers.get(value);
    if (node == null) {
      throw new IllegalStateException("no node defines " + value);
    }
    return node;
  }

  /// What a value is an affine view of, through any number of views; itself if it is none.
  Value root(Value value) {
    return roots.getOrDefault(value, value);
  }

  /// The node that computes what a value is a view of.
  Node source(Value value) {
    return producer(root(value));
  }

  /// How often a value is an operand, an output or stored.
  int uses(Value value) {
    return uses.getOrDefault(value, 0);
  }

  /// The place of a node in the graph.
  int position(Node node) {
    Integer position = positions.get(node);
    if (position == null) {
      throw new IllegalStateException("not a node of the graph: " + node);
    }
    return position;
  }
}
