package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Shape;
import dev.merapi.memory.HostTensor;
import dev.merapi.spi.WeightsReader.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Copies the tensors of a file into a model of the same network.
final class WeightLoading {
  /// A counter that PyTorch's batch normalisation keeps and nothing here reads.
  private static final String COUNTER = "num_batches_tracked";

  private WeightLoading() {}

  static void load(Model model, Path file) {
    try (Weights weights = ModelFiles.weights(file).open(file)) {
      check(model, weights.shapes(), file);
      var read = new LinkedHashMap<HostTensor, HostTensor>();
      model
          .parameters()
          .forEach((name, tensor) -> read.put(tensor, weights.read(name, tensor.type())));
      read.forEach(HostTensor::copyFrom); // now that nothing can fail any more
    }
  }

  /// Tells everything that does not fit at once.
  private static void check(Model model, Map<String, Shape> found, Path file) {
    var missing = new ArrayList<String>();
    var shapes = new ArrayList<String>();
    model
        .parameters()
        .forEach((name, tensor) -> {
          Shape shape = found.get(name);
          if (shape == null) {
            missing.add(name);
          } else if (!shape.equals(tensor.shape())) {
            shapes.add(name + " is " + tensor.shape() + ", in the file " + shape);
          }
        });
    List<String> unexpected =
        found.keySet().stream()
            .filter(name -> !model.parameters().containsKey(name) && !isCounter(name))
            .toList();
    if (missing.isEmpty() && shapes.isEmpty() && unexpected.isEmpty()) {
      return;
    }
    var e =
        MerapiException.of(Kind.ARGUMENT, "weights: the file does not fit the network")
            .with("model", model.name())
            .with("file", file);
    e = missing.isEmpty() ? e : e.with("missing", missing);
    e = unexpected.isEmpty() ? e : e.with("unexpected", unexpected);
    e = shapes.isEmpty() ? e : e.with("other shapes", shapes);
    throw e.hint("names are those of PyTorch's state_dict; summary() lists the layers");
  }

  private static boolean isCounter(String name) {
    return name.equals(COUNTER) || name.endsWith("." + COUNTER);
  }
}
