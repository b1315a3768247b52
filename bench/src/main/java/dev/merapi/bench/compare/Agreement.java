package dev.merapi.bench.compare;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;

/// How far two outputs are apart.
///
/// @param absolute the largest difference of two elements
/// @param relative the largest difference by the size of the peer's element, or by 1 where that is
///   larger
record Agreement(double absolute, double relative) {
  private static final double LIMIT = 1e-4;

  static Agreement of(float[] ours, float[] theirs) {
    if (ours.length != theirs.length) {
      throw disagree().with("elements", ours.length).with("peer's", theirs.length);
    }
    double absolute = 0;
    double relative = 0;
    for (int i = 0; i < ours.length; i++) {
      double difference = Math.abs((double) ours[i] - theirs[i]);
      absolute = Math.max(absolute, difference); // a NaN stays
      relative = Math.max(relative, difference / Math.max(1, Math.abs(theirs[i])));
    }
    return new Agreement(absolute, relative);
  }

  /// Nothing is timed that does not compute the same.
  ///
  /// @throws MerapiException of kind `ARGUMENT` beyond 1e-4
  Agreement check(String workload) {
    if (!(relative <= LIMIT)) {
      throw disagree()
          .with("workload", workload)
          .with("absolute", absolute)
          .with("relative", relative)
          .with("limit", LIMIT);
    }
    return this;
  }

  private static MerapiException disagree() {
    return MerapiException.of(Kind.ARGUMENT, "the two runtimes computed different outputs");
  }
}
