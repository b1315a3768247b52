package dev.merapi.kernels.cpu;

/// Whether the runs of one binding are shared by threads: they are if that takes less time here and
/// now. What a second thread brings depends on the caches that data move between, and on what else
/// the machine does: a worker that the system takes from its core in the middle of a part keeps the
/// caller waiting for milliseconds.
///
/// Runs go one way for a stretch. From time to time the other way is tried for a stretch, and taken
/// from then on if its runs took less time on average than those of the stretch before. What trials
/// cost is bounded: after one that took longer, a hundred times the difference passes before the
/// next. For one thread at a time.
final class SharingChoice {
  /// A stretch has as many runs that count, or one that takes longer than this.
  private static final int RUNS = 32;

  private static final long NANOS = 2_000_000;

  /// Stretches from one trial to the next, at least.
  private static final int STRETCHES = 8;

  /// By how much the time between trials exceeds what they cost.
  private static final int PATIENCE = 100;

  private boolean shared = true;
  private boolean tries;

  /// Nanoseconds of a run, on average over the last stretch that was no trial; 0 before the first.
  private double usual;

  /// Nanoseconds that runs take before the next trial.
  private double wait;

  // Of this stretch. The first run counts only if it takes long: it wakes threads, and the very
  // first one touches memory that nobody has touched.
  private int runs;
  private int counted;
  private long nanos;
  private long countedNanos;

  /// How the next run goes.
  boolean isShared() {
    return shared;
  }

  /// Learns what a run took that went as [#isShared] says.
  void ran(long took) {
    nanos += took;
    if (runs > 0 || took >= NANOS && usual > 0) {
      counted++;
      countedNanos += took;
    }
    runs++;
    if (counted == RUNS || counted > 0 && countedNanos >= NANOS) {
      endStretch();
    }
  }

  private void endStretch() {
    double mean = (double) countedNanos / counted;
    if (tries) {
      endTrial(mean);
    } else {
      usual = mean;
      wait -= nanos;
      if (wait <= 0) {
        tries = true;
        shared = !shared;
      }
    }
    runs = 0;
    counted = 0;
    nanos = 0;
    countedNanos = 0;
  }

  private void endTrial(double mean) {
    double lost = nanos - runs * usual;
    wait = Math.max(PATIENCE * lost, STRETCHES * (double) nanos);
    if (mean < usual) {
      usual = mean;
    } else {
      shared = !shared;
    }
    tries = false;
  }
}
