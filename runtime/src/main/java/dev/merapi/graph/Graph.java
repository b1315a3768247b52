package dev.merapi.graph;

import dev.merapi.graph.Source.Input;
import dev.merapi.graph.Source.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A program: nodes in an order in which operands come before their users, named outputs, and what
/// is stored when it has run.
///
/// @param state pairs of a parameter and the value stored into it after its last read
public record Graph(String name, List<Node> nodes, List<Output> outputs, List<StatePair> state) {
  /// A named result.
  public record Output(String label, Value value) {}

  /// A parameter's value during the run, and what it becomes afterwards.
  public record StatePair(Value read, Value next) {}

  public Graph {
    nodes = List.copyOf(nodes);
    outputs = List.copyOf(outputs);
    state = List.copyOf(state);
  }

  /// The inputs by label, in order.
  public Map<String, Value> inputs() {
    var inputs = new LinkedHashMap<String, Value>();
    for (Node node : nodes) {
      if (node.op() instanceof Input input) {
        inputs.put(input.label(), node.result());
      }
    }
    return inputs;
  }

  /// The parameters by label, in order.
  public Map<String, Value> parameters() {
    var parameters = new LinkedHashMap<String, Value>();
    for (Node node : nodes) {
      if (node.op() instanceof Parameter parameter) {
        parameters.put(parameter.label(), node.result());
      }
    }
    return parameters;
  }

  /// The parameters that training changes by their gradients, by label, in order.
  public Map<String, Value> weights() {
    Map<String, Value> weights = parameters();
    for (Node node : nodes) {
      if (node.op() instanceof Parameter(String label, _, var role)
          && role != Parameter.Role.WEIGHT) {
        weights.remove(label);
      }
    }
    return weights;
  }

  /// The node that defines each value.
  public Map<Value, Node> producers() {
    var producers = new LinkedHashMap<Value, Node>();
    nodes.forEach(node -> node.results().forEach(result -> producers.put(result, node)));
    return producers;
  }

  /// The names of the sizes that are not bound.
  public Set<String> symbols() {
    return nodes.stream()
        .flatMap(node -> node.results().stream())
        .flatMap(value -> value.shape().dims().stream())
        .flatMap(dim -> dim.symbols().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// This graph with symbolic sizes replaced by numbers; every type is inferred anew, so that an
  /// equality that could not be proved before is checked now.
  public Graph bind(Map<String, Long> sizes) {
    return GraphRewriter.rewrite(
        this,
        (node, operands, builder) ->
            builder.at(node.path()).add(node.op().bind(sizes), operands).results());
  }
}
