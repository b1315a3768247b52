package dev.merapi.kernels.jit;

import java.time.Duration;
import java.util.Optional;

/// How much one definition of a kernel has been driven, in all parts of a warm-up together, and how
/// long C2 is waited for.
final class Attempt {
  /// What C2 never waits for, and what it may take for its work.
  private static final int DRIVES_TO_C2 = 5000;

  private static final Duration TIME_OF_C2 = Duration.ofSeconds(2);

  /// How many times that time a kernel may take that is driven slowly.
  private static final int SLOW_DRIVES = 3;

  /// The patience of the last attempt, after those of 1 and 2.
  private static final int MOST_PATIENCE = 4;

  private final int patience;
  private final long usualDrives;
  private final long usualNanos;
  private long drives;
  private long nanos;

  private Attempt(int patience, long usualDrives, long usualNanos) {
    this.patience = patience;
    this.usualDrives = usualDrives;
    this.usualNanos = usualNanos;
  }

  static Attempt first() {
    return first(DRIVES_TO_C2, TIME_OF_C2);
  }

  static Attempt first(int drivesToC2, Duration timeOfC2) {
    return new Attempt(1, drivesToC2, timeOfC2.toNanos());
  }

  /// The attempt with another definition after this one was stuck; empty after the last.
  Optional<Attempt> next() {
    return patience < MOST_PATIENCE
        ? Optional.of(new Attempt(2 * patience, usualDrives, usualNanos))
        : Optional.empty();
  }

  /// Counts a drive.
  ///
  /// @return whether it is time to ask [#isStuck], which takes the reading of a clock
  boolean drove() {
    drives++;
    return drives > patience * usualDrives || drives % 64 == 0;
  }

  /// Adds the time of a part of the warm-up.
  void took(long time) {
    nanos += time;
  }

  /// Whether it has had far more calls than C2 waits for, and far more time than it takes.
  ///
  /// @param more nanoseconds since the last [#took]
  boolean isStuck(long more) {
    long time = nanos + more;
    long usual = patience * usualNanos;
    return time > SLOW_DRIVES * usual || drives > patience * usualDrives && time > usual;
  }
}
