package dev.merapi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// How well a model does on a data set.
///
/// @param loss that of all rows together, however they were divided into batches: the mean over all
///   positions that count (NaN if none does), or their sum; without penalties on weights
/// @param metrics by name
public record Evaluation(double loss, Map<String, Double> metrics) {
  public Evaluation {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /// The metric of that name, such as `accuracy`.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if there is none
  public double metric(String name) {
    return Names.find("metric", name, metrics);
  }

  @Override
  public String toString() {
    var parts = new ArrayList<String>();
    parts.add("loss " + History.number(loss));
    metrics.forEach((name, value) -> parts.add(name + " " + History.number(value)));
    return String.join(", ", parts);
  }
}
