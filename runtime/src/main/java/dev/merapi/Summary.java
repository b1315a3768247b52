package dev.merapi;

import dev.merapi.TextTable.Align;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Graph;
import dev.merapi.graph.Node;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Value;
import dev.merapi.memory.HostTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Prints the table of a model's layers: what they give, their parameters, and the floating-point
/// operations of one example; then what all of it comes to.
final class Summary {
  private static final List<Align> COLUMNS =
      List.of(Align.LEFT, Align.LEFT, Align.LEFT, Align.RIGHT, Align.RIGHT);

  /// What stands where a number depends on sizes that only compiling binds.
  private static final String UNKNOWN = "?";

  private final Model model;
  private final List<Trace.Layer> layers;
  private final Map<String, Long> oneExample;

  private Summary(Model model, List<Trace.Layer> layers) {
    this.model = model;
    this.layers = layers;
    oneExample = oneExample(model.graph());
  }

  static String of(Model model, List<Trace.Layer> layers) {
    var summary = new Summary(model, layers);
    return TextTable.of(summary.rows(), COLUMNS) + summary.totals();
  }

  /// Binds the first size of each input, if it is a name: the number of examples.
  private static Map<String, Long> oneExample(Graph graph) {
    var sizes = new LinkedHashMap<String, Long>();
    for (Value input : graph.inputs().values()) {
      Shape shape = input.shape();
      if (shape.rank() > 0 && shape.dim(0).symbols().contains(shape.dim(0).toString())) {
        sizes.put(shape.dim(0).toString(), 1L);
      }
    }
    return sizes;
  }

  private List<List<String>> rows() {
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("layer", "kind", "output", "parameters", "FLOPs"));
    Set<String> counted = new LinkedHashSet<>();
    Map<String, Dim> flops = flopsByPlace();
    for (Trace.Layer layer : layers) {
      long own = 0;
      for (HostTensor parameter : model.parameters().values()) {
        if (owner(parameter.name()).equals(layer.name()) && counted.add(parameter.name())) {
          own += parameter.elements();
        }
      }
      // A layer that is applied twice has one place: its first row has the operations of both.
      Dim operations = flops.remove(place(layer));
      rows.add(
          List.of(
              layer.name(),
              layer.kind(),
              layer.output().toString(),
              count(own),
              number(operations == null ? Dim.of(0) : operations)));
    }
    long rest =
        model.parameters().values().stream()
            .filter(each -> !counted.contains(each.name()))
            .mapToLong(HostTensor::elements)
            .sum();
    Dim others = sum(flops);
    if (rest > 0 || !others.equals(Dim.of(0))) {
      rows.add(List.of("(others)", "", "", count(rest), number(others)));
    }
    return rows;
  }

  private String place(Trace.Layer layer) {
    return layer.name().isEmpty() ? model.name() : model.name() + "." + layer.name();
  }

  private static String owner(String parameter) {
    int dot = parameter.lastIndexOf('.');
    return dot < 0 ? "" : parameter.substring(0, dot);
  }

  private Map<String, Dim> flopsByPlace() {
    var flops = new LinkedHashMap<String, Dim>();
    for (Node node : model.graph().nodes()) {
      Dim own = Flops.of(node);
      if (!own.equals(Dim.of(0))) {
        flops.merge(node.path(), own, Dim::plus);
      }
    }
    return flops;
  }

  private static Dim sum(Map<String, Dim> numbers) {
    return numbers.values().stream().reduce(Dim.of(0), Dim::plus);
  }

  private String totals() {
    var buffers = new LinkedHashSet<>(model.graph().parameters().keySet());
    buffers.addAll(model.trainingGraph().parameters().keySet());
    buffers.removeAll(model.trainingGraph().weights().keySet());
    long kept =
        model.parameters().values().stream()
            .filter(each -> buffers.contains(each.name()))
            .mapToLong(HostTensor::elements)
            .sum();
    Dim outputs =
        layers.stream().map(each -> each.output().shape().count()).reduce(Dim.of(0), Dim::plus);
    long all = model.parameterCount();
    return """
    %s: %s parameters, %s KiB
    trainable: %s, not trainable: %s
    one example: %s FLOPs in products and convolutions, %s KiB of layer outputs
    """
        .formatted(
            model.name(),
            count(all),
            kibibytes(Dim.of(all)),
            count(all - kept),
            count(kept),
            number(sum(flopsByPlace())),
            kibibytes(outputs));
  }

  private String number(Dim dim) {
    Dim bound = dim.bind(oneExample);
    return bound.isConstant() ? count(bound.value()) : UNKNOWN;
  }

  /// Of so many elements.
  private String kibibytes(Dim elements) {
    Dim bound = elements.bind(oneExample);
    return bound.isConstant() ? count(Math.ceilDiv(bound.value() * Float.BYTES, 1024)) : UNKNOWN;
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
