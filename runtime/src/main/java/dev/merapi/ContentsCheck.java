package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphPrinter;
import dev.merapi.graph.Node;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.graph.Verifier;
import dev.merapi.memory.HostTensor;
import dev.merapi.spi.ModelContents;
import java.util.LinkedHashMap;
import java.util.Map;

/// Checks that the parts of a model fit together.
final class ContentsCheck {
  private ContentsCheck() {}

  static void check(ModelContents contents) {
    Graph graph = contents.graph();
    Graph training = contents.trainingGraph();
    verify(graph);
    refuseStores(graph, Kind.FORMAT);
    checkParameters(graph.parameters(), contents);
    if (training != graph) {
      verify(training);
      var parameters = new LinkedHashMap<>(training.parameters());
      parameters.keySet().removeIf(name -> name.startsWith(ModelContents.STATE)); // made by a step
      checkParameters(parameters, contents);
    }
    same("inputs", inputs(graph), inputs(training));
    same("outputs", outputs(graph), outputs(training));
    same("names", graph.name(), training.name());
    contents
        .parameters()
        .forEach((name, tensor) -> {
          if (name.startsWith(ModelContents.STATE)) {
            throw misfit("a parameter has a name of state").with("name", name);
          }
        });
  }

  /// Sessions have no state of their own: what one stored, the others would read, and weights that
  /// were packed before would not change at all.
  ///
  /// @param graph what serves
  static void refuseStores(Graph graph, Kind kind) {
    Map<Value, Node> producers = graph.producers();
    for (Graph.StatePair pair : graph.state()) {
      Node read = producers.get(pair.read());
      Node next = producers.get(pair.next());
      throw MerapiException.of(kind, "model: stores into a parameter where it serves")
          .with("parameter", read == null ? pair.read() : GraphPrinter.line(read))
          .at(next == null || next.path().isEmpty() ? graph.name() : next.path())
          .hint("call update() in training alone, where Trace.mode() is TRAIN");
    }
  }

  private static void verify(Graph graph) {
    try {
      Verifier.verify(graph);
    } catch (MerapiException e) {
      throw misfit("a graph is not valid").with("reason", e.getMessage()).causedBy(e);
    }
  }

  private static void checkParameters(Map<String, Value> parameters, ModelContents contents) {
    parameters.forEach((name, value) -> {
      HostTensor tensor = contents.parameters().get(name);
      if (tensor == null || !tensor.type().equals(value.type())) {
        throw misfit("a parameter of the graph has no tensor of its type")
            .with("name", name)
            .with("type", value.type())
            .with("tensor", tensor == null ? "none" : tensor.type());
      }
    });
  }

  private static Map<String, TensorType> inputs(Graph graph) {
    var types = new LinkedHashMap<String, TensorType>();
    graph.inputs().forEach((label, value) -> types.put(label, value.type()));
    return types;
  }

  private static Map<String, TensorType> outputs(Graph graph) {
    var types = new LinkedHashMap<String, TensorType>();
    for (Graph.Output output : graph.outputs()) {
      Value value = output.value();
      types.put(output.label(), value.type());
    }
    return types;
  }

  private static void same(String what, Object serving, Object training) {
    if (!serving.equals(training)) {
      throw misfit("serving and training have other " + what)
          .with("serving", serving)
          .with("training", training);
    }
  }

  private static MerapiException misfit(String what) {
    return MerapiException.of(Kind.FORMAT, "model: " + what);
  }
}
