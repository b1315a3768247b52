package dev.merapi.compiler;

import dev.merapi.compiler.Step.Loops;
import dev.merapi.graph.Node;
import dev.merapi.graph.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// In which traversal of the inner loops each value of a step is computed: one later than the folds
/// it needs.
final class ValueStages {
  private final Map<Value, Integer> stages = new HashMap<>();
  private int count = 1;

  ValueStages(Loops step, Map<Value, Node> producers) {
    for (Node node : step.nodes) {
      int stage = 0;
      for (Value operand : node.operands()) {
        Optional<Value> spread = step.spreadPoint(operand, producers);
        if (spread.isPresent()) {
          stage = Math.max(stage, of(spread.get()) + 1);
        } else if (step.computes(operand)) {
          // a point value is ready after the traversal of its folds, in time for other point values
          stage = Math.max(stage, of(operand));
        }
      }
      stages.put(node.result(), stage);
      count = Math.max(count, stage + 1);
    }
  }

  int of(Value value) {
    Integer stage = stages.get(value);
    if (stage == null) {
      throw new IllegalStateException("not computed by this step: " + value);
    }
    return stage;
  }

  int count() {
    return count;
  }
}
