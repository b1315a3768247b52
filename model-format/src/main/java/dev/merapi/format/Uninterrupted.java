package dev.merapi.format;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/// Input and output that an interrupt of the thread does not break off.
///
/// A channel is closed when its thread is interrupted, before or meanwhile. But whoever stops a
/// training wants the model saved all the same: the work is begun anew without the interrupt, and
/// the thread is interrupted again when it is done.
final class Uninterrupted {
  /// What may be done again from its start.
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  private Uninterrupted() {}

  static <T> T run(Work<T> work) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        interrupted |= Thread.interrupted();
        try {
          return work.run();
        } catch (ClosedByInterruptException _) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
