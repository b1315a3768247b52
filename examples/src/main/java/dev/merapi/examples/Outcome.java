package dev.merapi.examples;

import dev.merapi.History;
import dev.merapi.Model;
import java.util.Locale;

/// What came of training an example.
///
/// @param model with the trained weights
/// @param metric what was measured: `test accuracy`
/// @param value the measure, on rows that were not trained on
/// @param history of the epochs
public record Outcome(Model model, String metric, double value, History history) {
  /// The measure in one line: `test accuracy 0.9812`.
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s %.4f", metric, value);
  }
}
