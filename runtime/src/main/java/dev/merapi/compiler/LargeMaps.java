package dev.merapi.compiler;

import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.GraphRewriter;
import dev.merapi.graph.MapOp;
import dev.merapi.graph.Node;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarFn.Apply;
import dev.merapi.graph.ScalarFn.Arg;
import dev.merapi.graph.ScalarFn.Const;
import dev.merapi.graph.Value;
import java.util.ArrayList;
import java.util.List;

/// Divides a function that is too large for a kernel into maps of one primitive each, so that
/// fusion can make as many kernels of them as it takes. Each primitive rounds as before.
final class LargeMaps implements Pass {
  /// A function of this cost is a kernel of its own, though a long one.
  private static final int LARGEST = 2 * KernelLimits.COST;

  @Override
  public Graph apply(Graph graph) {
    return GraphRewriter.rewrite(
        graph,
        (node, operands, builder) ->
            node.op() instanceof MapOp(ScalarFn fn) && isLarge(fn)
                ? List.of(divided(fn, node, operands, builder))
                : builder.copy(node, operands));
  }

  private static boolean isLarge(ScalarFn fn) {
    return ScalarCost.of(fn) > LARGEST || fn.arguments().size() >= KernelLimits.ACCESSES;
  }

  /// Each part becomes a constant, or an argument that stands for one of the values.
  private static Value divided(ScalarFn fn, Node node, List<Value> operands, GraphBuilder builder) {
    builder.at(node.path());
    var values = new ArrayList<>(operands);
    fn.<ScalarFn>fold((part, parts) ->
        switch (part) {
          case Arg arg -> arg;
          case Const constant -> constant;
          case Apply apply -> {
            values.add(map(apply, parts, values, builder));
            yield ScalarFn.arg(values.size() - 1, apply.type());
          }
        });
    return values.getLast();
  }

  /// One primitive as a map. A function of constants alone has an operand that tells its shape.
  private static Value map(
      Apply apply, List<ScalarFn> parts, List<Value> values, GraphBuilder builder) {
    var operands = new ArrayList<Value>();
    var arguments = new ArrayList<ScalarFn>();
    for (ScalarFn part : parts) {
      if (part instanceof Arg(int index, var type)) {
        Value value = values.get(index);
        if (!operands.contains(value)) {
          operands.add(value);
        }
        arguments.add(ScalarFn.arg(operands.indexOf(value), type));
      } else {
        arguments.add(part);
      }
    }
    if (operands.isEmpty()) {
      operands.add(values.getFirst());
    }
    return builder.add(new MapOp(ScalarFn.apply(apply.primitive(), arguments)), operands).result();
  }
}
