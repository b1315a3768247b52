package dev.merapi.compiler;

import dev.merapi.compiler.Step.Loops;
import dev.merapi.graph.Node;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Which loops read a value and have room for more.
final class Readers {
  private final Dataflow flow;
  private final Map<Value, List<Loops>> readers = new HashMap<>();

  Readers(Dataflow flow) {
    this.flow = flow;
  }

  /// Notes that a node of some loops reads its operands.
  void add(Loops loops, Node node) {
    if (loops.space.elements() == 0) {
      return;
    }
    for (Value operand : node.operands()) {
      List<Loops> known = readers.computeIfAbsent(operand, _ -> new ArrayList<>());
      if (known.isEmpty() || known.getLast() != loops) {
        known.add(loops);
      }
    }
  }

  /// Loops that read what a node reads, the first first; only the latest where there are many.
  List<Loops> beside(Node node) {
    var found = new TreeMap<Integer, Loops>();
    for (Value operand : node.operands()) {
      List<Loops> known = readers.get(operand);
      if (known != null && !(flow.producer(operand).op() instanceof View)) {
        List<Loops> latest =
            known.subList(Math.max(0, known.size() - KernelLimits.CANDIDATES), known.size());
        latest.removeIf(this::isFull);
        latest.forEach(loops -> found.put(loops.number, loops));
      }
    }
    return List.copyOf(found.values());
  }

  private boolean isFull(Loops loops) {
    return loops.cost() >= KernelLimits.COST
        || new Accesses(flow, loops.nodes).count() >= KernelLimits.ACCESSES;
  }
}
