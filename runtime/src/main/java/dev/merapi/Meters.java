package dev.merapi;

import dev.merapi.memory.HostTensor;
import dev.merapi.train.Metric;
import dev.merapi.train.Reduction;
import dev.merapi.train.SampleWeights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Adds up the loss and the metrics of one pass over some data.
final class Meters {
  private final List<Metric> metrics;
  private final List<Metric.Meter> meters = new ArrayList<>();
  private final Reduction reduction;
  private double sum;
  private double weight;
  private double penalties;

  Meters(List<Metric> metrics, Metric.Subject subject, Reduction reduction) {
    this.metrics = metrics;
    this.reduction = reduction;
    metrics.forEach(metric -> meters.add(metric.meter(subject)));
  }

  /// Adds a batch.
  void add(HostTensor output, HostTensor target, SampleWeights rows, BatchLoss loss) {
    sum += loss.sum();
    weight += loss.weight();
    penalties += loss.weight() * loss.penalty();
    for (Metric.Meter meter : meters) {
      meter.add(output, target, rows);
    }
  }

  /// That of all batches together, with the mean of the penalties; a mean is NaN where nothing
  /// counts.
  double loss() {
    return reduction.of(sum, weight) + (weight == 0 ? 0 : penalties / weight);
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
    state.put(LOSS, new double[] {sum, weight, penalties});
    for (int i = 0; i < meters.size(); i++) {
      state.put(METRIC + metrics.get(i).name(), meters.get(i).state());
    }
    return state;
  }

  /// Goes on from a state that [#state] gave.
  void restore(Map<String, double[]> state) {
    double[] loss = Names.find("state", LOSS, state);
    if (loss.length != 3) {
      throw MerapiException.of(MerapiException.Kind.FORMAT, "checkpoint: no sums of a loss")
          .with("numbers", loss.length);
    }
    sum = loss[0];
    weight = loss[1];
    penalties = loss[2];
    for (int i = 0; i < meters.size(); i++) {
      meters.get(i).restore(Names.find("state", METRIC + metrics.get(i).name(), state));
    }
  }
}
