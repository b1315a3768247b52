package dev.merapi.compiler;

import dev.merapi.compiler.Step.Loops;
import dev.merapi.graph.Node;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.Source;
import dev.merapi.graph.Value;
import java.util.ArrayList;
import java.util.Collection;
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
  private final Map<Value, Node> producers;
  private final Map<Value, Integer> uses;
  private final Set<Value> own = new HashSet<>();
  private final Map<Value, Integer> stages = new HashMap<>();
  private final Map<Value, Integer> usesHere = new HashMap<>();

  /// The traversals in which a value is needed.
  private final Map<Value, Set<Integer>> needed = new LinkedHashMap<>();

  private Accesses(Map<Value, Node> producers, Map<Value, Integer> uses) {
    this.producers = producers;
    this.uses = uses;
  }

  /// The accesses of these loops with more nodes.
  ///
  /// @param uses how often each value is used in the graph
  static int of(
      Loops loops, Collection<Node> more, Map<Value, Node> producers, Map<Value, Integer> uses) {
    var nodes = new ArrayList<>(loops.nodes);
    nodes.addAll(more);
    return new Accesses(producers, uses).count(nodes);
  }

  private int count(List<Node> nodes) {
    nodes.forEach(node -> own.add(node.result()));
    for (Node node : nodes) {
      int stage = 0;
      for (Value operand : node.operands()) {
        usesHere.merge(root(operand), 1, Integer::sum);
        stage = Math.max(stage, stages.getOrDefault(root(operand), 0));
      }
      stages.put(node.result(), node.op() instanceof Reduce ? stage + 1 : stage);
    }
    int stores = 0;
    for (Node node : nodes.reversed()) {
      Value result = node.result();
      Set<Integer> when = needed.computeIfAbsent(result, _ -> new HashSet<>());
      if (usesHere.getOrDefault(result, 0) < uses.getOrDefault(result, 0)) {
        stores++;
        when.add(stages.getOrDefault(result, 0));
      }
      boolean fold = node.op() instanceof Reduce;
      for (Value operand : node.operands()) {
        Set<Integer> at = needed.computeIfAbsent(root(operand), _ -> new HashSet<>());
        if (fold) {
          at.add(stages.getOrDefault(root(operand), 0));
        } else {
          at.addAll(when);
        }
      }
    }
    return stores + loads();
  }

  private int loads() {
    int loads = 0;
    for (var each : needed.entrySet()) {
      Node node = producers.get(each.getKey());
      if (!own.contains(each.getKey()) && !(node != null && isNumber(node))) {
        loads += each.getValue().size();
      }
    }
    return loads;
  }

  private static boolean isNumber(Node node) {
    return switch (node.op()) {
      case Source.Iota _ -> true;
      case Source.Constant constant -> constant.literal().isSplat();
      default -> false;
    };
  }

  private Value root(Value value) {
    return own.contains(value) ? value : Roots.of(value, producers);
  }
}
