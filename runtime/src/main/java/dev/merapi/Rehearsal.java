package dev.merapi;

import dev.merapi.spi.Runner;

/// Runs a program on memory of its own, after its kernels are warm, until it does not get faster:
/// the code between the kernels, and kernels with too little work for vectors, are compiled by the
/// JIT like any Java, which takes some hundred runs.
final class Rehearsal {
  private static final long LONGEST_NANOS = 3_000_000_000L;
  private static final long WINDOW_NANOS = 100_000_000;

  /// Windows on end that must bring nothing, and what counts as nothing.
  private static final int SETTLED_WINDOWS = 5;

  private static final double SAME = 0.95;

  private Rehearsal() {}

  /// Runs until the mean time of a run has not fallen for some windows of time, or the thread is
  /// interrupted.
  static void of(Runner runner) {
    long start = System.nanoTime();
    double best = Double.POSITIVE_INFINITY;
    for (int settled = 0; settled < SETTLED_WINDOWS; ) {
      double mean = window(runner);
      settled = mean < SAME * best ? 0 : settled + 1;
      best = Math.min(best, mean);
      if (System.nanoTime() - start > LONGEST_NANOS || Thread.currentThread().isInterrupted()) {
        return;
      }
    }
  }

  /// The mean nanoseconds of the runs of a window.
  private static double window(Runner runner) {
    long start = System.nanoTime();
    for (int runs = 1; ; runs++) {
      runner.run();
      long passed = System.nanoTime() - start;
      if (passed > WINDOW_NANOS || Thread.currentThread().isInterrupted()) {
        return (double) passed / runs;
      }
    }
  }
}
