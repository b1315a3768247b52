package dev.merapi.compiler;

import dev.merapi.graph.Custom;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphRewriter;
import dev.merapi.graph.Op;
import dev.merapi.graph.Value;
import java.util.HashMap;
import java.util.List;

/// Computes equal operations on equal operands once. A user's own operations are left alone: what
/// makes two of them equal is not known.
final class CommonSubexpressions implements Pass {
  private record Computation(Op op, List<Value> operands) {}

  @Override
  public Graph apply(Graph graph) {
    var known = new HashMap<Computation, List<Value>>();
    return GraphRewriter.rewrite(
        graph,
        (node, operands, builder) ->
            node.op() instanceof Custom
                ? builder.copy(node, operands)
                : known.computeIfAbsent(
                    new Computation(node.op(), operands), _ -> builder.copy(node, operands)));
  }
}
