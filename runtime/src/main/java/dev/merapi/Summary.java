package dev.merapi;

import dev.merapi.memory.HostTensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Prints the table of a model's layers.
final class Summary {
  private record Row(String layer, String kind, String output, String parameters) {}

  private Summary() {}

  static String of(Model model, List<Trace.Layer> layers) {
    var rows = new ArrayList<Row>();
    rows.add(new Row("layer", "kind", "output", "parameters"));
    Set<String> counted = new LinkedHashSet<>();
    for (Trace.Layer layer : layers) {
      long own = 0;
      for (HostTensor parameter : model.parameters().values()) {
        if (owner(parameter.name()).equals(layer.name()) && counted.add(parameter.name())) {
          own += parameter.elements();
        }
      }
      rows.add(new Row(layer.name(), layer.kind(), layer.output().toString(), count(own)));
    }
    long rest =
        model.parameters().values().stream()
            .filter(each -> !counted.contains(each.name()))
            .mapToLong(HostTensor::elements)
            .sum();
    if (rest > 0) {
      rows.add(new Row("(others)", "", "", count(rest)));
    }
    return table(rows) + total(model);
  }

  private static String owner(String parameter) {
    int dot = parameter.lastIndexOf('.');
    return dot < 0 ? "" : parameter.substring(0, dot);
  }

  private static String total(Model model) {
    long bytes = model.parameterCount() * Float.BYTES;
    var buffers = new LinkedHashSet<>(model.graph().parameters().keySet());
    buffers.removeAll(model.graph().weights().keySet());
    long kept = buffers.stream().mapToLong(name -> model.parameter(name).elements()).sum();
    return String.format(
        Locale.ROOT,
        "%s: %s parameters, %s KiB\ntrainable: %s, not trainable: %s\n",
        model.name(),
        count(model.parameterCount()),
        count(Math.ceilDiv(bytes, 1024)),
        count(model.parameterCount() - kept),
        count(kept));
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String table(List<Row> rows) {
    int layer = rows.stream().mapToInt(row -> row.layer.length()).max().orElse(0);
    int kind = rows.stream().mapToInt(row -> row.kind.length()).max().orElse(0);
    int output = rows.stream().mapToInt(row -> row.output.length()).max().orElse(0);
    int parameters = rows.stream().mapToInt(row -> row.parameters.length()).max().orElse(0);
    String format = "%%-%ds  %%-%ds  %%-%ds  %%%ds\n".formatted(layer, kind, output, parameters);
    var text = new StringBuilder();
    for (Row row : rows) {
      text.append(format.formatted(row.layer, row.kind, row.output, row.parameters));
    }
    return text.toString();
  }
}
