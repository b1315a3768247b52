package dev.merapi.examples;

/// A complete system that trains on bundled data and says how well it works: what `merapi train`
/// knows by name. [Examples] lists them.
public interface Example {
  /// What it is called on the command line, in lower case: `lenet`.
  String name();

  /// One line for a list: what it learns, from what.
  String description();

  /// What it trains with where nothing else is asked for.
  Defaults defaults();

  /// Trains, then measures on data that were not trained on and not used to choose anything.
  Outcome train(Settings settings);
}
