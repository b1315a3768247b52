package dev.merapi.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/// An order in which steps can run.
final class StepOrder {
  private StepOrder() {}

  /// Kahn's algorithm; among those that can run, the one whose first node comes first.
  static List<Step> of(List<Step> steps, Dataflow flow) {
    var ready =
        new PriorityQueue<Step>((a, b) ->
            Integer.compare(flow.position(a.nodes.getFirst()), flow.position(b.nodes.getFirst())));
    Map<Step, Integer> missing = new HashMap<>();
    for (Step step : steps) {
      missing.put(step, step.predecessors().size());
      if (step.predecessors().isEmpty()) {
        ready.add(step);
      }
    }
    var order = new ArrayList<Step>();
    while (!ready.isEmpty()) {
      Step next = ready.remove();
      order.add(next);
      for (Step successor : next.successors()) {
        if (missing.merge(successor, -1, Integer::sum) == 0) {
          ready.add(successor);
        }
      }
    }
    if (order.size() < steps.size()) {
      throw new IllegalStateException("fusion made a cycle");
    }
    return order;
  }
}
