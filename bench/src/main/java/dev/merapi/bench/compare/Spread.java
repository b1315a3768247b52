package dev.merapi.bench.compare;

import java.util.Arrays;

/// The middle of some numbers and how they scatter.
///
/// @param low the 10th percentile
/// @param high the 90th percentile
record Spread(double median, double low, double high) {
  private static final double LOW = 0.1;
  private static final double HIGH = 0.9;

  /// @param values at least one, in any order
  static Spread of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Spread(at(sorted, 0.5), at(sorted, LOW), at(sorted, HIGH));
  }

  /// The quantile, between two numbers in proportion.
  private static double at(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /// The ratios `theirs / ours` of turns that are neighbours in `ours[0], theirs[0], ours[1], ...`.
  static Spread ofNeighbours(double[] ours, double[] theirs) {
    double[] ratios = new double[2 * ours.length - 1];
    for (int i = 0; i < ours.length; i++) {
      ratios[2 * i] = theirs[i] / ours[i];
      if (i > 0) {
        ratios[2 * i - 1] = theirs[i - 1] / ours[i];
      }
    }
    return of(ratios);
  }

  /// How far the numbers scatter: 1 if not at all.
  double width() {
    return high / low;
  }
}
