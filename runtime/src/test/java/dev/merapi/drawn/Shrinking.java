package dev.merapi.drawn;

import dev.merapi.graph.DType;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Node;
import dev.merapi.graph.Source;
import dev.merapi.graph.Value;
import dev.merapi.graph.ValueMap;
import dev.merapi.reference.Interpreter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Makes a graph that shows a fault smaller: fewer results, inputs in the place of what is
/// computed, operands in the place of what is made of them, for as long as the fault shows.
public final class Shrinking {
  private static final int MOST_TRIES = 500;

  private final Predicate<Drawn> fails;
  private Drawn smallest;
  private int tries;

  private Shrinking(Drawn drawn, Predicate<Drawn> fails) {
    smallest = drawn;
    this.fails = fails;
  }

  /// The smallest graph found that still fails.
  public static Drawn of(Drawn drawn, Predicate<Drawn> fails) {
    var shrinking = new Shrinking(drawn, fails);
    shrinking.shrink();
    return shrinking.smallest;
  }

  private void shrink() {
    accept(withNodes(smallest.graph().bind(smallest.sizes()), Map.of()));
    boolean smaller = true;
    while (smaller && tries < MOST_TRIES) {
      smaller = oneResult() || cut() || skip();
    }
  }

  private boolean oneResult() {
    Graph graph = smallest.graph();
    if (graph.outputs().size() + graph.state().size() == 1) {
      return false;
    }
    for (Graph.Output output : graph.outputs()) {
      if (accept(new Graph("shrunk", graph.nodes(), List.of(output), List.of()))) {
        return true;
      }
    }
    for (Graph.StatePair pair : graph.state()) {
      if (accept(new Graph("shrunk", graph.nodes(), List.of(), List.of(pair)))) {
        return true;
      }
    }
    return false;
  }

  /// A computed value becomes an input.
  private boolean cut() {
    for (Node node : smallest.graph().nodes().reversed()) {
      if (!(node.op() instanceof Source) && node.results().size() == 1) {
        if (accept(withNodes(smallest.graph(), Map.of(node, Optional.empty())))) {
          return true;
        }
      }
    }
    return false;
  }

  /// A value becomes one of its operands, or another value of its type.
  private boolean skip() {
    for (Node node : smallest.graph().nodes().reversed()) {
      for (Value operand : node.operands()) {
        if (node.results().size() == 1
            && operand.type().equals(node.result().type())
            && accept(withNodes(smallest.graph(), Map.of(node, Optional.of(operand))))) {
          return true;
        }
      }
    }
    return false;
  }

  /// The graph with other values in the place of some nodes' results; empty for a new input.
  private static Graph withNodes(Graph graph, Map<Node, Optional<Value>> replaced) {
    var builder = new GraphBuilder("shrunk");
    var renamed = new ValueMap<Value>();
    for (Node node : graph.nodes()) {
      Optional<Value> by = replaced.get(node);
      if (by == null) {
        List<Value> results = builder.add(node.op(), renamed.all(node.operands())).results();
        for (int i = 0; i < results.size(); i++) {
          renamed.put(node.results().get(i), results.get(i));
        }
      } else {
        Value value = node.result();
        renamed.put(
            value,
            by.isPresent()
                ? renamed.get(by.get())
                : builder.input("cut" + value.id() + "_" + builder.nodes().size(), value.type()));
      }
    }
    graph.outputs().forEach(each -> builder.output(each.label(), renamed.get(each.value())));
    graph
        .state()
        .forEach(pair -> builder.store(renamed.get(pair.read()), renamed.get(pair.next())));
    return builder.build();
  }

  private boolean accept(Graph candidate) {
    tries++;
    Graph live = live(candidate);
    Drawn next;
    try {
      next = new Drawn(live, Map.of(), bindings(live));
      if (!fails.test(next)) {
        return false;
      }
    } catch (RuntimeException e) {
      return false;
    }
    smallest = next;
    return true;
  }

  /// Without the nodes that nothing needs.
  private static Graph live(Graph graph) {
    var needed = new HashSet<Value>();
    graph.outputs().forEach(each -> needed.add(each.value()));
    graph.state().forEach(pair -> needed.addAll(List.of(pair.read(), pair.next())));
    var nodes = new ArrayList<Node>();
    for (Node node : graph.nodes().reversed()) {
      if (node.results().stream().anyMatch(needed::contains)) {
        needed.addAll(node.operands());
        nodes.addFirst(node);
      }
    }
    return new Graph(graph.name(), nodes, graph.outputs(), graph.state());
  }

  /// What is known of the inputs that stayed, and what the interpreter says of the new ones.
  private Map<String, double[]> bindings(Graph graph) {
    var all = new HashMap<>(smallest.bindings());
    Graph before = smallest.graph().bind(smallest.sizes());
    ValueMap<double[]> values = Interpreter.values(before, smallest.bindings());
    var byId = new HashMap<Integer, double[]>();
    before
        .nodes()
        .forEach(
            node -> node.results().forEach(result -> byId.put(result.id(), values.get(result))));
    var bindings = new HashMap<String, double[]>();
    for (Node node : graph.nodes()) {
      String label =
          switch (node.op()) {
            case Source.Input input -> input.label();
            case Source.Parameter parameter -> parameter.label();
            default -> "";
          };
      if (label.isEmpty()) {
        continue;
      }
      double[] known = all.get(label);
      if (known == null) {
        int id = Integer.parseInt(label.substring("cut".length(), label.indexOf('_')));
        known = byId.getOrDefault(id, new double[0]).clone();
        for (int i = 0; i < known.length && node.result().dtype() == DType.F32; i++) {
          known[i] = (float) known[i];
        }
      }
      bindings.put(label, known);
    }
    return bindings;
  }
}
