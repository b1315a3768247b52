package dev.merapi.kernels.cpu;

import java.util.concurrent.locks.LockSupport;

/// How a thread waits for others that are at work: it spins, because they are usually microseconds
/// away, then makes way for them, then naps.
final class Waiting {
  private static final int SPINS = 500;
  private static final int YIELDS = 50;
  private static final long NAP_NANOS = 50_000;
  private static final boolean HAS_SEVERAL = Runtime.getRuntime().availableProcessors() > 1;

  private Waiting() {}

  /// Waits a moment.
  ///
  /// @param waited 0 at first, then what the last call returned
  static int forOthers(int waited) {
    if (waited < SPINS && HAS_SEVERAL) {
      Thread.onSpinWait();
    } else if (waited < SPINS + YIELDS || Thread.currentThread().isInterrupted()) {
      Thread.yield(); // an interrupted thread cannot nap, and keeps its interrupt
    } else {
      LockSupport.parkNanos(NAP_NANOS);
    }
    return waited == Integer.MAX_VALUE ? waited : waited + 1;
  }
}
