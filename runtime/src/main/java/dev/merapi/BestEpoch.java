package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.train.Direction;
import dev.merapi.train.EarlyStopping;
import dev.merapi.train.EarlyStopping.Weights;
import dev.merapi.train.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Follows a monitored quantity: which epoch was the best, and how many brought nothing better.
final class BestEpoch {
  private final String quantity;
  private final Direction direction;
  private final double minDelta;
  private double value = Double.NaN;
  private int epoch;
  private int since;

  private BestEpoch(String quantity, Direction direction, double minDelta) {
    this.quantity = quantity;
    this.direction = direction;
    this.minDelta = minDelta;
  }

  /// What decides which epoch is the best.
  ///
  /// @throws MerapiException of kind `ARGUMENT` if there is no such quantity
  static BestEpoch of(FitPlan plan, List<Metric> metrics) {
    boolean validated = plan.validation().isPresent();
    Optional<EarlyStopping> stopping = plan.stopping();
    String quantity =
        stopping
            .flatMap(EarlyStopping::quantity)
            .orElse(validated ? History.VALIDATION + History.LOSS : History.LOSS);
    Direction said = directionOf(quantity, validated, metrics);
    return new BestEpoch(
        quantity,
        stopping.flatMap(EarlyStopping::direction).orElse(said),
        stopping.map(EarlyStopping::minDelta).orElse(0.0));
  }

  private static Direction directionOf(String quantity, boolean validated, List<Metric> metrics) {
    var known = new ArrayList<String>();
    for (String prefix : validated ? List.of("", History.VALIDATION) : List.of("")) {
      if (quantity.equals(prefix + History.LOSS)) {
        return Direction.LOWER;
      }
      known.add(prefix + History.LOSS);
      for (Metric metric : metrics) {
        if (quantity.equals(prefix + metric.name())) {
          return metric.direction();
        }
        known.add(prefix + metric.name());
      }
    }
    throw MerapiException.of(Kind.ARGUMENT, "fit: no such quantity to monitor")
        .with("name", quantity)
        .with("known", known)
        .hint(
            quantity.startsWith(History.VALIDATION) && !validated
                ? "there is no validation: add validateOn(data) or validationSplit(share)"
                : "add its metric to the trainer");
  }

  /// Takes an epoch's value.
  ///
  /// @return whether it is the best one so far
  boolean take(History.Epoch ended) {
    double now = ended.value(quantity);
    if (epoch == 0 || direction.isBetter(now, value, minDelta)) {
      value = now;
      epoch = ended.number();
      since = 0;
      return true;
    }
    since++;
    return false;
  }

  /// Why training should stop, if it should.
  Optional<String> verdict(EarlyStopping stopping) {
    if (since < stopping.patience()) {
      return Optional.empty();
    }
    String kept = stopping.weights() == Weights.BEST ? "; the model has its weights" : "";
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s has not become better in %d epochs since epoch %d (%s)%s",
            quantity,
            since,
            epoch,
            History.number(value),
            kept));
  }

  double[] state() {
    return new double[] {value, epoch, since};
  }

  /// Goes on from a state that [#state] gave.
  ///
  /// @param epochs how many are over
  /// @throws MerapiException of kind `FORMAT` if that cannot have been
  void restore(double[] state, int epochs) {
    boolean possible =
        epochs == 0
            ? state[1] == 0 && state[2] == 0
            : state[1] >= 1 && state[1] + state[2] == epochs && state[2] == Math.rint(state[2]);
    if (!possible || !(state[2] >= 0)) {
      throw MerapiException.of(Kind.FORMAT, "checkpoint: no such best epoch")
          .with("epoch", state[1])
          .with("since", state[2])
          .with("epochs", epochs);
    }
    value = state[0];
    epoch = (int) state[1];
    since = (int) state[2];
  }

  @Override
  public String toString() {
    return quantity + " " + direction + " by " + minDelta;
  }
}
