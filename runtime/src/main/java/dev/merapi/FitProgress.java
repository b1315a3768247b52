package dev.merapi;

import dev.merapi.train.Metric;
import dev.merapi.train.TrainingProgress;
import java.util.List;
import java.util.Optional;

/// Where a [Fit] stands.
final class FitProgress implements TrainingProgress {
  private final Trainer trainer;
  private final FitPlan plan;
  private final List<String> metrics;

  /// How many epochs are over.
  int epoch;

  /// How many steps of the current epoch are done.
  int step;

  double rate;
  Meters meters;
  History history = new History(List.of(), Optional.empty());
  Optional<String> stop = Optional.empty();

  private int shownEpoch = 1;
  private int shownStep;
  private long examples;
  private long nanos;
  private Meters shownMeters;

  FitProgress(Trainer trainer, FitPlan plan, Meters meters) {
    this.trainer = trainer;
    this.plan = plan;
    this.meters = meters;
    shownMeters = meters;
    metrics = trainer.metrics().stream().map(Metric::name).toList();
  }

  /// An epoch begins, or goes on in a resumed run.
  void begin() {
    shownEpoch = epoch + 1;
    shownMeters = meters;
    shownStep = step;
    examples = 0;
    nanos = 0;
  }

  /// A step is done.
  void took(long startNanos, int rows) {
    nanos += System.nanoTime() - startNanos;
    examples += rows;
    shownStep = step;
  }

  /// An epoch is over; what is shown stays that of it until the next one begins.
  void next(Meters fresh) {
    epoch++;
    step = 0;
    meters = fresh;
  }

  /// Names the last step.
  String place() {
    return "epoch " + shownEpoch + ", step " + step + " of " + steps();
  }

  @Override
  public String model() {
    return trainer.model().name();
  }

  @Override
  public int epoch() {
    return shownEpoch;
  }

  @Override
  public int epochs() {
    return plan.epochs();
  }

  @Override
  public int step() {
    return shownStep;
  }

  @Override
  public int steps() {
    return plan.batches().count();
  }

  @Override
  public long totalSteps() {
    return (long) epoch * steps() + step;
  }

  @Override
  public long examples() {
    return examples;
  }

  @Override
  public double seconds() {
    return nanos / 1e9;
  }

  @Override
  public double loss() {
    return shownMeters.loss();
  }

  @Override
  public List<String> metrics() {
    return metrics;
  }

  @Override
  public double metric(String name) {
    return shownMeters.metric(name);
  }

  @Override
  public double learningRate() {
    return rate;
  }

  @Override
  public History history() {
    return history;
  }

  @Override
  public void stop(String why) {
    stop = stop.or(() -> Optional.of(why));
  }
}
