package dev.merapi.compiler;

import dev.merapi.graph.Node;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// An order in which steps can run.
final class StepOrder {
  private StepOrder() {}

  /// Kahn's algorithm; among those that can run, the one whose first node comes first.
  ///
  /// @param position the place of each node in the graph
  static List<Step> of(List<Step> steps, Map<Node, Integer> position) {
    var remaining = new ArrayList<>(steps);
    remaining.sort((a, b) ->
        Integer.compare(
            position.getOrDefault(a.nodes.getFirst(), 0),
            position.getOrDefault(b.nodes.getFirst(), 0)));
    Set<Step> done = new LinkedHashSet<>();
    while (!remaining.isEmpty()) {
      Step next =
          remaining.stream()
              .filter(step -> done.containsAll(step.predecessors))
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("fusion made a cycle"));
      remaining.remove(next);
      done.add(next);
    }
    return List.copyOf(done);
  }
}
