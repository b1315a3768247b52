package dev.merapi;

import java.util.function.LongSupplier;

/// Decides when a long pass over data has its kernels warmed up: work on the scalar twins has the
/// same bits and may be over before the warm-up would be.
final class WarmUpClock {
  /// How long the twins run before their speed is judged: by then they are compiled themselves.
  private static final double TRIAL_SECONDS = 0.5;

  /// What a warm-up costs is not known before; this is what it has to save.
  private static final double WORTH_SECONDS = 3;

  private final Runnable warmUp;
  private final LongSupplier nanos;
  private long start;
  private long half;
  private long stepsAtHalf;
  private long steps;
  private boolean decided;

  WarmUpClock(Runnable warmUp) {
    this(warmUp, System::nanoTime);
  }

  /// @param nanos tells the time
  WarmUpClock(Runnable warmUp, LongSupplier nanos) {
    this.warmUp = warmUp;
    this.nanos = nanos;
  }

  /// Before each step.
  ///
  /// @param left the steps that are still to come
  void tick(long left) {
    if (decided) {
      return;
    }
    long now = nanos.getAsLong();
    if (steps++ == 0) {
      start = now;
      half = now;
      return;
    }
    double seconds = (now - start) / 1e9;
    if (seconds < TRIAL_SECONDS / 2) {
      half = now;
      stepsAtHalf = steps;
    } else if (seconds >= TRIAL_SECONDS) {
      decided = true;
      double perStep = (now - half) / 1e9 / (steps - stepsAtHalf);
      if (left * perStep > WORTH_SECONDS) {
        warmUp.run();
      }
    }
  }
}
