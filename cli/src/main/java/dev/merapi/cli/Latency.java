package dev.merapi.cli;

import dev.merapi.Session;
import java.util.Arrays;
import java.util.Locale;

/// How long one run takes.
///
/// @param runs how many were measured
/// @param medianMicros half of them took no longer
/// @param tailMicros 99 % of them took no longer
record Latency(int runs, double medianMicros, double tailMicros) {
  private static final int WARM_UP = 5_000;
  private static final int RUNS = 10_000;

  /// Measures a session whose inputs are filled.
  static Latency of(Session session) {
    for (int i = 0; i < WARM_UP; i++) {
      session.run();
    }
    long[] nanos = new long[RUNS];
    for (int i = 0; i < RUNS; i++) {
      long start = System.nanoTime();
      session.run();
      nanos[i] = System.nanoTime() - start;
    }
    return of(nanos);
  }

  static Latency of(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Latency(sorted.length, micros(sorted, 0.5), micros(sorted, 0.99));
  }

  /// The smallest time that this share of the runs did not exceed.
  private static double micros(long[] sorted, double share) {
    return sorted[(int) Math.ceil(share * sorted.length) - 1] / 1e3;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "p50 %.1f us, p99 %.1f us (%,d runs)", medianMicros, tailMicros, runs);
  }
}
