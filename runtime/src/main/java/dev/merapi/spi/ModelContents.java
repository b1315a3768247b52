package dev.merapi.spi;

import dev.merapi.Trace;
import dev.merapi.graph.Graph;
import dev.merapi.memory.HostTensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// All that a model is made of: what a file of it holds.
///
/// @param graph what it computes when it serves
/// @param trainingGraph its forward pass in training, without a loss; equal to `graph` where no
///   layer behaves differently
/// @param layers what a summary lists
/// @param parameters by name: weights, and buffers such as running statistics
/// @param state what training needs to go on, by name, each beginning with [#STATE]; empty for a
///   model that only serves
/// @param labels the names of the classes that the output scores; empty if there are none
/// @param metadata the user's own strings
public record ModelContents(
    Graph graph,
    Graph trainingGraph,
    List<Trace.Layer> layers,
    Map<String, HostTensor> parameters,
    Map<String, HostTensor> state,
    List<String> labels,
    Map<String, String> metadata) {
  /// What names of state begin with; names of parameters never do.
  public static final String STATE = "merapi.state.";

  public ModelContents {
    layers = List.copyOf(layers);
    parameters = ordered(parameters);
    state = ordered(state);
    labels = List.copyOf(labels);
    metadata = ordered(metadata);
  }

  private static <T> Map<String, T> ordered(Map<String, T> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /// The name of the model.
  public String name() {
    return graph.name();
  }

  /// The same model in the midst of its training.
  ///
  /// @param tensors what [dev.merapi.TrainStep#state()] gave; parameters among them are left out,
  ///   as they are the model's own
  public ModelContents withState(Map<String, HostTensor> tensors) {
    var kept = new LinkedHashMap<>(tensors);
    kept.keySet().removeIf(name -> !name.startsWith(STATE));
    return new ModelContents(graph, trainingGraph, layers, parameters, kept, labels, metadata);
  }

  /// The same model with other strings of the user's.
  public ModelContents withMetadata(Map<String, String> strings) {
    return new ModelContents(graph, trainingGraph, layers, parameters, state, labels, strings);
  }
}
