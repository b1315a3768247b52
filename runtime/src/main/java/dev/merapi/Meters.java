package dev.merapi;

import dev.merapi.memory.HostTensor;
import dev.merapi.train.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Adds up the loss and the metrics of one pass over some data.
final class Meters {
  private final List<Metric> metrics;
  private final List<Metric.Meter> meters = new ArrayList<>();
  private double lossSum;
  private long rows;

  Meters(List<Metric> metrics, Metric.Subject subject) {
    this.metrics = metrics;
    metrics.forEach(metric -> meters.add(metric.meter(subject)));
  }

  /// Adds a batch.
  ///
  /// @param loss the mean over its rows
  void add(HostTensor output, HostTensor target, double loss, int batch) {
    lossSum += loss * batch;
    rows += batch;
    for (Metric.Meter meter : meters) {
      meter.add(output, target);
    }
  }

  double loss() {
    return lossSum / rows;
  }

  double metric(String name) {
    for (int i = 0; i < meters.size(); i++) {
      if (metrics.get(i).name().equals(name)) {
        return meters.get(i).result();
      }
    }
    throw MerapiException.of(MerapiException.Kind.ARGUMENT, "no such metric")
        .with("name", name)
        .with("metrics", metrics.stream().map(Metric::name).toList());
  }

  Evaluation result() {
    var values = new LinkedHashMap<String, Double>();
    for (int i = 0; i < meters.size(); i++) {
      values.put(metrics.get(i).name(), meters.get(i).result());
    }
    return new Evaluation(loss(), values);
  }

  /// What the loss is called among the states.
  private static final String LOSS = "loss";

  private static final String METRIC = "metric.";

  /// The numbers that all results depend on, by name.
  Map<String, double[]> state() {
    var state = new LinkedHashMap<String, double[]>();
    state.put(LOSS, new double[] {lossSum, rows});
    for (int i = 0; i < meters.size(); i++) {
      state.put(METRIC + metrics.get(i).name(), meters.get(i).state());
    }
    return state;
  }

  /// Goes on from a state that [#state] gave.
  void restore(Map<String, double[]> state) {
    double[] loss = Names.find("state", LOSS, state);
    lossSum = loss[0];
    rows = (long) loss[1];
    for (int i = 0; i < meters.size(); i++) {
      meters.get(i).restore(Names.find("state", METRIC + metrics.get(i).name(), state));
    }
  }
}
