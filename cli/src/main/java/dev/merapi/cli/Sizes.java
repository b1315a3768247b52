package dev.merapi.cli;

import dev.merapi.Model;
import dev.merapi.graph.Shape;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The option that gives numbers to named sizes.
@Command
final class Sizes {
  @Option(
      names = "--size",
      paramLabel = "NAME=N",
      description = "The number of a named size, such as N=64 (default: 1); may be repeated.")
  private Map<String, String> given = Map.of();

  /// A number for each named size of the model.
  Map<String, Long> of(Model model, Output output) {
    return with(model, Map.of(), output);
  }

  /// As [#of], with others than 1 for those that were not given.
  Map<String, Long> with(Model model, Map<String, Long> usual, Output output) {
    Set<String> names = model.graph().symbols();
    var sizes = new TreeMap<String, Long>();
    names.forEach(name -> sizes.put(name, usual.getOrDefault(name, 1L)));
    given.forEach((name, text) -> {
      if (!names.contains(name)) {
        throw output.wrongUsage(
            "--size: the model has no size of that name: %s; it has: %s",
            name, names.isEmpty() ? "none" : String.join(", ", names));
      }
      sizes.put(name, number(name, text, output));
    });
    return sizes;
  }

  private static long number(String name, String text, Output output) {
    if (text.matches("[1-9][0-9]{0,17}")) {
      return Long.parseLong(text);
    }
    throw output.wrongUsage("--size: '%s=%s' is not a whole number from 1", name, text);
  }

  /// The names of sizes that count examples: the first ones of inputs.
  static Set<String> examples(Model model) {
    var names = new java.util.TreeSet<String>();
    for (var input : model.graph().inputs().values()) {
      Shape shape = input.shape();
      if (shape.rank() > 0 && isName(shape, 0)) {
        names.add(shape.dim(0).toString());
      }
    }
    return names;
  }

  /// Whether a size is just a name.
  static boolean isName(Shape shape, int axis) {
    return shape.dim(axis).symbols().equals(Set.of(shape.dim(axis).toString()));
  }

  /// `N=1, T=20`, or `constant sizes`.
  static String text(Map<String, Long> sizes) {
    return sizes.isEmpty()
        ? "constant sizes"
        : String.join(
            ", ", sizes.entrySet().stream().map(s -> s.getKey() + "=" + s.getValue()).toList());
  }
}
