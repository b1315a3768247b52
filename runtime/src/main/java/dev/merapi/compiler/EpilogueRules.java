package dev.merapi.compiler;

import dev.merapi.compiler.Step.Kernel;
import dev.merapi.graph.Contract;
import dev.merapi.graph.MapOp;
import dev.merapi.graph.Node;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Which maps can be applied to the elements of a product or convolution before they are stored.
final class EpilogueRules {
  private final Dataflow flow;
  private final Waiting waiting;
  private final Map<Node, Step> stepOf;

  EpilogueRules(Dataflow flow, Waiting waiting, Map<Node, Step> stepOf) {
    this.flow = flow;
    this.waiting = waiting;
    this.stepOf = stepOf;
  }

  /// Whether a map can become the last of a kernel's epilogue.
  ///
  /// @param result the operand of the map that the kernel computes
  boolean fits(Node node, MapOp map, Value result, Kernel kernel) {
    return kernel.first().op() instanceof Contract
        && kernel.result().equals(result)
        && node.result().shape().equals(result.shape())
        && Collections.frequency(node.operands(), result) == 1
        && flow.uses(result) == 1
        && map.fn().type().isFloat()
        && staysSmall(node, kernel)
        && othersFit(node, result, kernel);
  }

  private boolean staysSmall(Node node, Kernel kernel) {
    int cost = KernelLimits.cost(node);
    return cost <= KernelLimits.COST_OF_EPILOGUE_MAP
        && kernel.epilogueCost() + cost <= KernelLimits.COST
        && operands(node, kernel) <= KernelLimits.EPILOGUE_OPERANDS;
  }

  /// The operands that an epilogue would have with one more map.
  private int operands(Node node, Kernel kernel) {
    Set<Value> operands = new HashSet<>(node.operands());
    kernel.epilogue().forEach(each -> operands.addAll(each.operands()));
    operands.removeIf(operand ->
        stepOf.get(flow.producer(operand)) == kernel || Accesses.isNumber(flow.source(operand)));
    return operands.size();
  }

  private boolean othersFit(Node node, Value product, Kernel kernel) {
    MatrixAxes axes = MatrixAxes.ofResult(kernel.first());
    for (Value operand : node.operands()) {
      if (!operand.equals(product) && !otherFits(operand, axes, kernel)) {
        return false;
      }
    }
    return true;
  }

  /// Whether an operand is the same for all, one for each row or column, or one for each element.
  private boolean otherFits(Value operand, MatrixAxes axes, Kernel kernel) {
    boolean late =
        waiting.origins(operand).stream()
            .anyMatch(origin -> origin == kernel || origin.mayDependOn(kernel));
    // what still waits is better computed in loops, together with this; unless it is one element a
    // row or column, such as the scale of a batch norm that serves
    Node root = flow.source(operand);
    boolean waits =
        waiting.contains(root)
            && root.result().shape().elements() >= kernel.result().shape().elements();
    if (!operand.dtype().isFloat() || late || waits) {
      return false;
    }
    Node node = flow.producer(operand);
    Strided places = Strided.rowMajor(operand.shape());
    if (node.op() instanceof View.Broadcast broadcast) {
      Shape shape = node.operands().getFirst().shape();
      places = Strided.rowMajor(shape).view(broadcast, shape).orElseThrow();
    }
    return axes.epilogue(places, operand.shape()).isPresent();
  }
}
