package dev.merapi.nn;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/// Writes a module and its parts as PyTorch prints them: kind and settings, and a line for each
/// part by its name.
final class ModuleText {
  private ModuleText() {}

  static String of(Module module) {
    return of(module, new LinkedHashSet<>());
  }

  private static String of(Module module, SequencedSet<Module> above) {
    if (!above.add(module)) {
      return module.kind() + "(a part of itself)"; // which models refuse; a text does not
    }
    String parts =
        module.children().entrySet().stream()
            .map(part -> line(part, above))
            .collect(Collectors.joining());
    above.removeLast();
    return module.kind()
        + "("
        + module.settings()
        + (parts.isEmpty() ? "" : "\n" + parts.indent(2))
        + ")";
  }

  private static String line(Map.Entry<String, Module> part, SequencedSet<Module> above) {
    return "(" + part.getKey() + "): " + of(part.getValue(), above) + "\n";
  }
}
