package dev.merapi;

import dev.merapi.train.GradientMonitor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Follows the norms of the gradients through an epoch, and notices those that vanish, explode or
/// are no numbers.
final class NormWatch {
  private final Optional<GradientMonitor> monitor;
  private final List<String> names;
  private final double[] sums;
  private final double[] vanished;
  private final double[] warned;
  private double steps;

  NormWatch(Optional<GradientMonitor> monitor, List<String> names) {
    this.monitor = monitor;
    this.names = names;
    sums = new double[names.size()];
    vanished = new double[names.size()];
    warned = new double[names.size()];
  }

  /// A watch on the same gradients that has seen nothing.
  NormWatch next() {
    return new NormWatch(monitor, names);
  }

  /// Takes the norms of a step.
  ///
  /// @param where names the step in warnings
  /// @return warnings
  List<String> take(GradientNorms norms, String where) {
    steps++;
    List<String> warnings = List.of();
    for (int i = 0; i < sums.length; i++) {
      double norm = norms.of(names.get(i));
      sums[i] += norm;
      if (monitor.isPresent()) {
        vanished[i] += norm <= monitor.get().vanishing() ? 1 : 0;
        if (warned[i] == 0 && !(norm <= monitor.get().exploding())) {
          warned[i] = 1;
          warnings = warnings.isEmpty() ? new ArrayList<>() : warnings;
          warnings.add(tooLarge(names.get(i), norm, monitor.get()) + ", " + where);
        }
      }
    }
    return warnings;
  }

  private static String tooLarge(String name, double norm, GradientMonitor monitor) {
    return Double.isFinite(norm)
        ? String.format(
            Locale.ROOT,
            "the gradient of %s explodes: its norm is %s, above %s",
            name,
            History.number(norm),
            monitor.exploding())
        : String.format(
            Locale.ROOT, "the gradient of %s is not finite: its norm is %s", name, norm);
  }

  /// Warnings at the end of an epoch: of gradients that vanished in most steps.
  List<String> atEnd() {
    var warnings = new ArrayList<String>();
    for (int i = 0; i < sums.length && monitor.isPresent(); i++) {
      if (vanished[i] > steps / 2) {
        warnings.add(
            String.format(
                Locale.ROOT,
                "the gradient of %s vanishes: in %.0f of %.0f steps its norm was not above %s",
                names.get(i),
                vanished[i],
                steps,
                monitor.get().vanishing()));
      }
    }
    return warnings;
  }

  /// The mean norms by parameter.
  Map<String, Double> means() {
    var means = new LinkedHashMap<String, Double>();
    for (int i = 0; i < sums.length; i++) {
      means.put(names.get(i), sums[i] / steps);
    }
    return means;
  }

  double[] state() {
    double[] state = new double[1 + 3 * sums.length];
    state[0] = steps;
    System.arraycopy(sums, 0, state, 1, sums.length);
    System.arraycopy(vanished, 0, state, 1 + sums.length, sums.length);
    System.arraycopy(warned, 0, state, 1 + 2 * sums.length, sums.length);
    return state;
  }

  void restore(double[] state) {
    steps = state[0];
    System.arraycopy(state, 1, sums, 0, sums.length);
    System.arraycopy(state, 1 + sums.length, vanished, 0, sums.length);
    System.arraycopy(state, 1 + 2 * sums.length, warned, 0, sums.length);
  }
}
