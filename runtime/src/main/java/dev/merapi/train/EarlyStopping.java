package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.Optional;

/// Ends training when a monitored quantity has not become better for some epochs.
///
/// ```java
/// fit(train, epochs(100), validateOn(validation), earlyStopping(5).monitor("val_accuracy"))
/// ```
///
/// @param patience how many epochs in a row may bring nothing better
/// @param quantity what is monitored, as the history names it; empty for the loss on the validation
///   set, or the loss where there is none
/// @param direction which values are better; empty for what the loss or the metric says
/// @param minDelta only what is better by more than this counts
/// @param weights which weights the model has in the end
public record EarlyStopping(
    int patience,
    Optional<String> quantity,
    Optional<Direction> direction,
    double minDelta,
    Weights weights)
    implements FitOption {
  /// Which weights are kept.
  public enum Weights {
    /// Those of the best epoch.
    BEST,
    /// Those of the last step.
    LAST
  }

  public EarlyStopping {
    if (patience < 1) {
      throw MerapiException.of(Kind.ARGUMENT, "earlyStopping: waits for at least one epoch")
          .with("patience", patience);
    }
    if (!(minDelta >= 0) || Double.isInfinite(minDelta)) {
      throw MerapiException.of(Kind.ARGUMENT, "earlyStopping: a difference is not negative")
          .with("minDelta", minDelta);
    }
  }

  /// Monitors another quantity, such as `val_accuracy`.
  public EarlyStopping monitor(String name) {
    return new EarlyStopping(patience, Optional.of(name), direction, minDelta, weights);
  }

  /// Says which values are better, where the quantity does not say it itself.
  public EarlyStopping better(Direction which) {
    return new EarlyStopping(patience, quantity, Optional.of(which), minDelta, weights);
  }

  /// Counts as better only what is better by more than this.
  public EarlyStopping minDelta(double difference) {
    return new EarlyStopping(patience, quantity, direction, difference, weights);
  }

  /// Leaves the model with the weights of the last step.
  public EarlyStopping keepLast() {
    return new EarlyStopping(patience, quantity, direction, minDelta, Weights.LAST);
  }
}
