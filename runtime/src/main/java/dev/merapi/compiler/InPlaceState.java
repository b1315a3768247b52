package dev.merapi.compiler;

import dev.merapi.compiler.Step.Loops;
import dev.merapi.compiler.Step.Loops.Level;
import dev.merapi.graph.Graph;
import dev.merapi.graph.Graph.StatePair;
import dev.merapi.graph.Node;
import dev.merapi.graph.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds the next values that can be written over the parameter they replace: nobody reads the old
/// value afterwards, and the kernel that writes reads each element only to compute the same one.
final class InPlaceState {
  private final Graph graph;
  private final Dataflow flow;
  private final List<Step> steps;
  private final Set<Value> stored;

  /// The place of the step that computes each value.
  private final Map<Value, Integer> writers = new HashMap<>();

  /// The place of the last step that reads each value, or a view of it.
  private final Map<Value, Integer> lastReaders = new HashMap<>();

  /// What outputs and next values are views of.
  private final Set<Value> outlive = new HashSet<>();

  /// How many parameters become each value.
  private final Map<Value, Integer> nexts = new HashMap<>();

  private InPlaceState(Graph graph, Dataflow flow, List<Step> steps, Set<Value> stored) {
    this.graph = graph;
    this.flow = flow;
    this.steps = steps;
    this.stored = stored;
    for (int i = 0; i < steps.size(); i++) {
      for (Node node : steps.get(i).nodes) {
        for (Value result : node.results()) {
          writers.put(result, i);
        }
        for (Value operand : node.operands()) {
          lastReaders.put(flow.root(operand), i);
        }
      }
    }
    graph.outputs().forEach(output -> outlive.add(flow.root(output.value())));
    for (StatePair pair : graph.state()) {
      outlive.add(flow.root(pair.next()));
      nexts.merge(pair.next(), 1, Integer::sum);
    }
  }

  /// The next values that are written in place, and the parameter's label.
  ///
  /// @param stored the results of kernels that are needed in memory
  static Map<Value, String> of(Graph graph, Dataflow flow, List<Step> steps, Set<Value> stored) {
    return new InPlaceState(graph, flow, steps, stored).find();
  }

  private Map<Value, String> find() {
    var pairs = new HashMap<Value, StatePair>();
    graph.state().forEach(pair -> pairs.put(pair.read(), pair));
    var found = new HashMap<Value, String>();
    graph
        .parameters()
        .forEach((label, read) -> {
          StatePair pair = pairs.get(read);
          if (pair != null && fits(pair)) {
            found.putIfAbsent(pair.next(), label);
          }
        });
    return found;
  }

  private boolean fits(StatePair pair) {
    Integer writer = writers.get(pair.next());
    return nexts.getOrDefault(pair.next(), 0) == 1
        && writer != null
        && steps.get(writer) instanceof Loops loops
        && loops.space.elements() > 0
        && !outlive.contains(pair.read())
        && lastReaders.getOrDefault(pair.read(), 0) <= writer
        && readsOnlyItsOwn(loops, pair)
        && new ReadOrder(loops, flow.producers(), stored).readsFirst(pair);
  }

  private boolean readsOnlyItsOwn(Loops loops, StatePair pair) {
    Level level = loops.levelOf(pair.next());
    return loops.nodes.stream()
        .allMatch(node ->
            node.operands().stream()
                .filter(operand -> flow.root(operand).equals(pair.read()))
                .allMatch(operand ->
                    operand.equals(pair.read())
                        && loops.levelOf(node.result()) == level
                        && node.result().shape().equals(operand.shape())));
  }
}
