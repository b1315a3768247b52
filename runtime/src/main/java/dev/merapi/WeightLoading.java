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
import java.util.Set;

/// Copies the tensors of a file into a model of the same network.
final class WeightLoading {
  /// A counter that PyTorch's batch normalisation keeps and nothing here reads.
  private static final String COUNTER = "num_batches_tracked";

  private WeightLoading() {}

  static LoadedWeights load(Model model, Path file, WeightOptions options) {
    Set<String> selected = options.selected(model.parameters().keySet());
    try (Weights weights = ModelFiles.weights(file).open(file)) {
      Map<String, Shape> shapes = weights.shapes();
      Map<String, String> stored = byName(shapes.keySet(), options, file);
      LoadedWeights pairs = pairs(model, selected, stored, shapes);
      if (!pairs.isComplete() && !options.isLenient()) {
        throw refused(model, file, pairs);
      }
      var read = new LinkedHashMap<HostTensor, HostTensor>();
      for (String name : pairs.loaded()) {
        HostTensor parameter = model.parameter(name);
        read.put(parameter, weights.read(stored.getOrDefault(name, name), parameter.type()));
      }
      read.forEach(HostTensor::copyFrom); // now that nothing can fail any more
      return pairs;
    }
  }

  /// The names of the tensors in the file, by what they are called here.
  private static Map<String, String> byName(Set<String> names, WeightOptions options, Path file) {
    var stored = new LinkedHashMap<String, String>();
    for (String name : names) {
      String before = stored.putIfAbsent(options.renamed(name), name);
      if (before != null) {
        throw MerapiException.of(Kind.ARGUMENT, "weights: two tensors get one name")
            .with("name", options.renamed(name))
            .with("tensors", List.of(before, name))
            .with("file", file);
      }
    }
    return stored;
  }

  private static LoadedWeights pairs(
      Model model, Set<String> selected, Map<String, String> stored, Map<String, Shape> shapes) {
    var loaded = new ArrayList<String>();
    var missing = new ArrayList<String>();
    var otherShapes = new ArrayList<String>();
    for (String name : selected) {
      Shape wanted = model.parameter(name).shape();
      Shape found = stored.containsKey(name) ? shapes.get(stored.get(name)) : null;
      if (found == null) {
        missing.add(name);
      } else if (found.equals(wanted)) {
        loaded.add(name);
      } else {
        otherShapes.add(name + " is " + wanted + ", in the file " + found);
      }
    }
    var unexpected = new ArrayList<String>();
    stored.forEach((name, there) -> {
      if (!model.parameters().containsKey(name) && !isCounter(name)) {
        unexpected.add(there);
      }
    });
    return new LoadedWeights(loaded, missing, unexpected, otherShapes);
  }

  /// Tells everything that does not fit at once.
  private static MerapiException refused(Model model, Path file, LoadedWeights pairs) {
    var e =
        MerapiException.of(Kind.ARGUMENT, "weights: the file does not fit the network")
            .with("model", model.name())
            .with("file", file);
    e = pairs.missing().isEmpty() ? e : e.with("missing", pairs.missing());
    e = pairs.unexpected().isEmpty() ? e : e.with("unexpected", pairs.unexpected());
    e = pairs.otherShapes().isEmpty() ? e : e.with("other shapes", pairs.otherShapes());
    return e.hint(
        "names are those of PyTorch's state_dict, summary() lists the layers; WeightOptions choose,"
            + " rename or take what fits");
  }

  private static boolean isCounter(String name) {
    return name.equals(COUNTER) || name.endsWith("." + COUNTER);
  }
}
