package dev.merapi.compiler;

import dev.merapi.graph.Contract;
import dev.merapi.graph.Custom;
import dev.merapi.graph.Index;
import dev.merapi.graph.MapOp;
import dev.merapi.graph.Node;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.Source;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// About how many loads and stores the code of some loops has.
///
/// Behind each fold of the same points begins another traversal; what it needs of an earlier one is
/// computed again, or loaded if it was stored.
final class Accesses {
  private final Dataflow flow;
  private final Set<Value> own = new HashSet<>();
  private final Map<Value, Integer> stages = new HashMap<>();
  private final Map<Value, Integer> usesHere = new HashMap<>();

  /// The traversals in which a value is needed. One that the code does not compute itself is loaded
  /// for each view that it is read through.
  private final Map<Value, Set<Integer>> needed = new LinkedHashMap<>();

  private int stores;
  private long cost;

  /// Counts the accesses of the code of nodes that are one kernel, operands first.
  Accesses(Dataflow flow, List<Node> nodes) {
    this.flow = flow;
    count(nodes);
  }

  /// The loads and stores.
  int count() {
    return stores + loads();
  }

  /// Whether code with so many accesses and computations is no longer than a kernel may be.
  boolean fit() {
    return cost <= KernelLimits.COST_OF_ALL_STAGES && count() <= KernelLimits.ACCESSES;
  }

  private void count(List<Node> nodes) {
    nodes.forEach(node -> own.add(node.result()));
    for (Node node : nodes) {
      int stage = 0;
      for (Value operand : node.operands()) {
        usesHere.merge(root(operand), 1, Integer::sum);
        stage = Math.max(stage, stages.getOrDefault(root(operand), 0));
      }
      stages.put(node.result(), node.op() instanceof Reduce ? stage + 1 : stage);
    }
    for (Node node : nodes.reversed()) {
      Value result = node.result();
      Set<Integer> when = needed.computeIfAbsent(result, _ -> new HashSet<>());
      if (usesHere.getOrDefault(result, 0) < flow.uses(result)) {
        stores++;
        when.add(stages.getOrDefault(result, 0));
      }
      boolean fold = node.op() instanceof Reduce;
      cost += (long) KernelLimits.cost(node) * (fold ? 1 : when.size());
      for (Value operand : node.operands()) {
        Value read = own.contains(root(operand)) ? root(operand) : operand;
        Set<Integer> at = needed.computeIfAbsent(read, _ -> new HashSet<>());
        if (fold) {
          at.add(stages.getOrDefault(root(operand), 0));
        } else {
          at.addAll(when);
        }
      }
    }
  }

  private int loads() {
    int loads = 0;
    for (var each : needed.entrySet()) {
      Value value = each.getKey();
      if (!own.contains(value) && !isNumber(flow.producer(flow.root(value)))) {
        loads += each.getValue().size();
      }
    }
    return loads;
  }

  /// Whether what a node gives is nowhere in memory.
  static boolean isNumber(Node node) {
    return switch (node.op()) {
      case Source.Iota _ -> true;
      case Source.Constant constant -> constant.literal().isSplat();
      case Source.Input _, Source.Parameter _, Source.RandomBits _ -> false;
      case MapOp _, View _, Reduce _, Contract _, Index _, Custom _ -> false;
    };
  }

  private Value root(Value value) {
    return own.contains(value) ? value : flow.root(value);
  }
}
