package dev.merapi.compiler;

import dev.merapi.compiler.Step.Loops;
import dev.merapi.compiler.Step.Loops.Level;
import dev.merapi.graph.Graph;
import dev.merapi.graph.Graph.StatePair;
import dev.merapi.graph.Node;
import dev.merapi.graph.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds the next values that can be written over the parameter they replace: nobody reads the old
/// value afterwards, and the kernel that writes reads each element only to compute the same one.
final class InPlaceState {
  private final Graph graph;
  private final List<Step> steps;
  private final Set<Value> stored;
  private final Map<Value, Node> producers;

  private InPlaceState(Graph graph, List<Step> steps, Set<Value> stored) {
    this.graph = graph;
    this.steps = steps;
    this.stored = stored;
    producers = graph.producers();
  }

  /// The next values that are written in place, and the parameter's label.
  ///
  /// @param stored the results of kernels that are needed in memory
  static Map<Value, String> of(Graph graph, List<Step> steps, Set<Value> stored) {
    var search = new InPlaceState(graph, steps, stored);
    var found = new HashMap<Value, String>();
    graph
        .parameters()
        .forEach((label, read) ->
            graph.state().stream()
                .filter(pair -> pair.read().equals(read))
                .filter(search::fits)
                .forEach(pair -> found.putIfAbsent(pair.next(), label)));
    return found;
  }

  private boolean fits(StatePair pair) {
    int writer = stepOf(pair.next());
    boolean once =
        graph.state().stream().filter(each -> each.next().equals(pair.next())).count() == 1;
    return once
        && writer >= 0
        && steps.get(writer) instanceof Loops loops
        && loops.space.elements() > 0
        && !outlives(pair.read())
        && readsBefore(pair.read(), writer)
        && readsOnlyItsOwn(loops, pair)
        && new ReadOrder(loops, producers, stored).readsFirst(pair);
  }

  private int stepOf(Value value) {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).nodes.stream().anyMatch(node -> node.results().contains(value))) {
        return i;
      }
    }
    return -1;
  }

  /// Whether the old value is itself an output or the next value of something.
  private boolean outlives(Value read) {
    return graph.outputs().stream().anyMatch(each -> isViewOf(each.value(), read))
        || graph.state().stream().anyMatch(each -> isViewOf(each.next(), read));
  }

  private boolean isViewOf(Value value, Value read) {
    return Roots.of(value, producers).equals(read);
  }

  private boolean readsBefore(Value read, int writer) {
    return steps.subList(writer + 1, steps.size()).stream()
        .flatMap(step -> step.nodes.stream())
        .flatMap(node -> node.operands().stream())
        .noneMatch(operand -> isViewOf(operand, read));
  }

  private boolean readsOnlyItsOwn(Loops loops, StatePair pair) {
    Level level = loops.levelOf(pair.next());
    return loops.nodes.stream()
        .allMatch(node ->
            node.operands().stream()
                .filter(operand -> isViewOf(operand, pair.read()))
                .allMatch(operand ->
                    operand.equals(pair.read())
                        && loops.levelOf(node.result()) == level
                        && node.result().shape().equals(operand.shape())));
  }
}
