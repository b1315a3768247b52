package dev.merapi.kernels.cpu;

import java.util.List;

/// The phases of a whole program for a number of threads, walked by each of them.
///
/// Between two phases the threads wait for each other, except between two that one thread computes
/// alone.
final class Schedule {
  private final Phase[] phases;
  private final int[] parts;
  private final boolean[] meetBefore;

  Schedule(List<Phase> phases, int threads) {
    this.phases = phases.toArray(Phase[]::new);
    parts = new int[this.phases.length];
    meetBefore = new boolean[this.phases.length];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = Math.clamp(this.phases[i].parts(threads), 1, threads);
      meetBefore[i] = i > 0 && (parts[i] > 1 || parts[i - 1] > 1);
    }
  }

  /// Whether several threads would have something to do.
  boolean isShared() {
    for (int each : parts) {
      if (each > 1) {
        return true;
      }
    }
    return false;
  }

  /// All phases by the calling thread.
  void runAlone() {
    for (Phase phase : phases) {
      phase.run(0, 1);
    }
  }

  /// The share of one thread of the team. Who fails computes nothing more, and all end at the next
  /// meeting.
  void runShare(int thread, Meeting meeting) {
    boolean failed = false;
    for (int i = 0; i < phases.length; i++) {
      if (meetBefore[i]) {
        meeting.await();
        if (meeting.hasFailed()) {
          return;
        }
      }
      if (thread < parts[i] && !failed) {
        failed = !runs(phases[i], thread, parts[i], meeting);
      }
    }
  }

  private static boolean runs(Phase phase, int part, int parts, Meeting meeting) {
    try {
      phase.run(part, parts);
      return true;
    } catch (RuntimeException | Error e) {
      meeting.fail(e);
      return false;
    }
  }
}
