package dev.merapi.compiler;

import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphRewriter;
import dev.merapi.graph.Node;
import dev.merapi.graph.Source;
import dev.merapi.graph.Value;
import java.util.HashSet;
import java.util.Set;

/// Removes what no output and no stored value needs. Inputs stay, because they are the graph's
/// signature, and parameters, because all sizes share them, whichever of them one size needs.
final class DeadCode implements Pass {
  @Override
  public Graph apply(Graph graph) {
    Set<Value> needed = needed(graph);
    var alive = graph.nodes().stream().filter(node -> isNeeded(node, needed)).toList();
    Graph rest =
        alive.size() == graph.nodes().size()
            ? graph
            : new Graph(graph.name(), alive, graph.outputs(), graph.state());
    // values are numbered anew
    return GraphRewriter.rewrite(rest, (node, operands, builder) -> builder.copy(node, operands));
  }

  private static Set<Value> needed(Graph graph) {
    var needed = new HashSet<Value>();
    graph.outputs().forEach(output -> needed.add(output.value()));
    for (Graph.StatePair pair : graph.state()) {
      needed.add(pair.read());
      needed.add(pair.next());
    }
    for (Node node : graph.nodes().reversed()) {
      if (isNeeded(node, needed)) {
        needed.addAll(node.operands());
      }
    }
    return needed;
  }

  private static boolean isNeeded(Node node, Set<Value> needed) {
    if (node.op() instanceof Source.Input || node.op() instanceof Source.Parameter) {
      return true;
    }
    for (Value result : node.results()) {
      if (needed.contains(result)) {
        return true;
      }
    }
    return false;
  }
}
