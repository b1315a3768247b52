package dev.merapi.compiler;

import dev.merapi.graph.Contract;
import dev.merapi.graph.Custom;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.GraphRewriter;
import dev.merapi.graph.Index;
import dev.merapi.graph.MapOp;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.Node;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Source;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import java.util.List;

/// Removes what changes nothing (products with 1, views of everything, folds over no axes) and
/// joins a view with the view before it. Every rule is exact for NaN, infinities and both zeros.
final class AlgebraicSimplification implements Pass {
  private static final ScalarFn SUM_OF_ONE = ScalarFn.arg(0).plus(ScalarFn.f32(0));

  @Override
  public Graph apply(Graph graph) {
    return GraphRewriter.rewrite(graph, AlgebraicSimplification::simplify);
  }

  private static List<Value> simplify(Node node, List<Value> operands, GraphBuilder builder) {
    return switch (node.op()) {
      case MapOp map -> List.of(simplify(map.fn(), operands, builder.at(node.path())));
      case View view -> List.of(ViewRules.simplify(view, operands, builder.at(node.path())));
      case Reduce.Fold(Monoid monoid, var axes) when axes.isEmpty() ->
          List.of(foldOfOne(monoid, operands.getFirst(), builder.at(node.path())));
      case Source _, Reduce _, Contract _, Index _, Custom _ -> builder.copy(node, operands);
    };
  }

  /// Every element joined with the neutral one: itself, but a sum makes -0 to 0. What follows takes
  /// it that a fold has fewer axes than its operand.
  private static Value foldOfOne(Monoid monoid, Value operand, GraphBuilder builder) {
    return monoid == Monoid.SUM && operand.dtype().isFloat()
        ? builder.map(SUM_OF_ONE, operand)
        : operand;
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
