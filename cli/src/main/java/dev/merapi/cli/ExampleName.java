package dev.merapi.cli;

import dev.merapi.MerapiException;
import dev.merapi.examples.Example;
import dev.merapi.examples.Examples;
import java.util.Iterator;
import java.util.List;

/// The name of an example, as an argument. For completion in a shell it lists them all.
final class ExampleName implements Iterable<String> {
  ExampleName() {}

  @Override
  public Iterator<String> iterator() {
    return all().iterator();
  }

  /// @throws picocli.CommandLine.ParameterException if there is none of that name, with those that
  ///   there are
  static Example find(String name, Output output) {
    try {
      return Examples.named(name);
    } catch (MerapiException _) {
      throw output.wrongUsage(
          "no such example: '%s'%s (known: %s)",
          name, Closest.question(name, all()), String.join(", ", all()));
    }
  }

  static List<String> all() {
    return Examples.all().stream().map(Example::name).toList();
  }
}
