package dev.merapi.train;

/// Which values of a monitored quantity are better.
public enum Direction {
  /// Lower is better, as for a loss.
  LOWER,
  /// Higher is better, as for an accuracy.
  HIGHER;

  /// Whether a value is better than the best one so far by more than that much. NaN never is, and
  /// anything else is better than NaN.
  public boolean isBetter(double value, double best, double byMoreThan) {
    if (Double.isNaN(value) || Double.isNaN(best)) {
      return !Double.isNaN(value);
    }
    return switch (this) {
      case LOWER -> value < best - byMoreThan;
      case HIGHER -> value > best + byMoreThan;
    };
  }
}
