package dev.merapi.compiler;

import dev.merapi.graph.Contract;
import dev.merapi.graph.Custom;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.GraphRewriter;
import dev.merapi.graph.Index;
import dev.merapi.graph.MapOp;
import dev.merapi.graph.Node;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Source;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import java.util.List;

/// Removes what changes nothing (products with 1, views of everything) and joins a view with the
/// view before it. Every rule is exact for NaN, infinities and both zeros.
final class AlgebraicSimplification implements Pass {
  @Override
  public Graph apply(Graph graph) {
    return GraphRewriter.rewrite(graph, AlgebraicSimplification::simplify);
  }

  private static List<Value> simplify(Node node, List<Value> operands, GraphBuilder builder) {
    return switch (node.op()) {
      case MapOp map -> List.of(simplify(map.fn(), operands, builder.at(node.path())));
      case View view -> List.of(ViewRules.simplify(view, operands, builder.at(node.path())));
      case Source _, Reduce _, Contract _, Index _, Custom _ -> builder.copy(node, operands);
    };
  }

  private static Value simplify(ScalarFn fn, List<Value> operands, GraphBuilder builder) {
    ScalarFn simpler = ScalarRules.simplify(fn);
    if (simpler instanceof ScalarFn.Arg(int index, _)) {
      return operands.get(index);
    }
    return simpler.arguments().size() == operands.size()
        ? builder.add(new MapOp(simpler), operands).result()
        : builder.map(simpler, operands);
  }
}
