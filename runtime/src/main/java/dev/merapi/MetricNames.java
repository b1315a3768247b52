package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.train.Metric;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Checks the names of metrics: each stands in a history for one thing.
final class MetricNames {
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_.@-]+");

  private MetricNames() {}

  static void check(List<Metric> metrics) {
    Set<String> taken = new HashSet<>();
    for (Metric metric : metrics) {
      String name = metric.name();
      if (!VALID.matcher(name).matches()) {
        throw wrong("is not valid", name).hint("letters, digits and _ . @ - make a name");
      }
      if (History.OWN_NAMES.contains(name) || name.startsWith(History.VALIDATION)) {
        throw wrong("has another meaning in a history", name)
            .with("taken", History.OWN_NAMES + " and " + History.VALIDATION + "...")
            .hint("give the metric another name");
      }
      if (!taken.add(name)) {
        throw wrong("is that of two", name).hint("give one of them another name");
      }
    }
  }

  private static MerapiException wrong(String what, String name) {
    return MerapiException.of(Kind.ARGUMENT, "trainer: a metric's name " + what).with("name", name);
  }
}
