package dev.merapi.compiler;

import dev.merapi.compiler.Step.Loops;
import dev.merapi.compiler.Step.Loops.Level;
import dev.merapi.graph.Graph.StatePair;
import dev.merapi.graph.Node;
import dev.merapi.graph.Value;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Whether loops have read an element of a parameter for the last time when they write its next
/// value over it.
final class ReadOrder {
  private final Loops loops;
  private final Set<Value> stored;
  private final ValueStages stages;

  /// @param stored the results of kernels that are needed in memory
  ReadOrder(Loops loops, Map<Value, Node> producers, Set<Value> stored) {
    this.loops = loops;
    this.stored = stored;
    stages = new ValueStages(loops, producers);
  }

  /// The next value itself needs the old one, so that this is loaded by then; and no later
  /// traversal computes anything from it, which would load it again.
  boolean readsFirst(StatePair pair) {
    Level level = loops.levelOf(pair.next());
    int stage = stages.of(pair.next());
    Set<Value> users = users(pair, level);
    boolean onlyHere = users.stream().allMatch(pair.next()::equals);
    boolean loaded = onlyHere || needs(pair.next(), pair.read(), level, stage);
    return loaded
        && (level == Level.POINT || users.stream().allMatch(user -> stages.of(user) <= stage));
  }

  /// What is computed from a parameter's element at the same place, directly or not, and the folds
  /// over it; not what is computed from the next value, which is stored.
  private Set<Value> users(StatePair pair, Level level) {
    var users = new HashSet<Value>();
    for (Node node : loops.nodes) {
      for (Value operand : node.operands()) {
        boolean carries =
            users.contains(operand)
                && !operand.equals(pair.next())
                && loops.levelOf(operand) == level;
        if (operand.equals(pair.read()) || carries) {
          users.add(node.result());
        }
      }
    }
    return users;
  }

  /// Whether a value is computed from a parameter's element within one traversal: what an earlier
  /// one has stored is loaded from there.
  private boolean needs(Value value, Value read, Level level, int stage) {
    Set<Value> needing = new HashSet<>(Set.of(read));
    for (Node node : loops.nodes) {
      Value result = node.result();
      boolean here =
          loops.levelOf(result) == level
              && (level == Level.POINT || stages.of(result) == stage || !stored.contains(result));
      if (here && node.operands().stream().anyMatch(needing::contains)) {
        needing.add(result);
      }
    }
    return needing.contains(value);
  }
}
