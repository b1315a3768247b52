package dev.merapi.kernels.cpu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The phases of a whole program for a number of threads, bound to the memory of one session.
///
/// Each part of a phase is claimed by one thread, by writing the number of the run on it, and a
/// phase begins when all parts before it are done. Worker `i` takes part `i` of each phase; the
/// caller takes the first and then every one that nobody has begun, so that it never waits for a
/// thread that the system does not run.
final class Schedule {
  private static final VarHandle CLAIMS = MethodHandles.arrayElementVarHandle(int[].class);
  private static final VarHandle DONE = handle("done", int.class);
  private static final VarHandle FAILURE = handle("failure", Throwable.class);

  private final Phase[] phases;

  /// Parts of each phase.
  private final int[] parts;

  /// Parts of all phases before.
  private final int[] before;

  /// The last run that each part was claimed for.
  private final int[] claims;

  /// The number of the run. Written by the caller, after everything else is ready for it.
  private volatile int run;

  // Read and written through the handles above.
  @SuppressWarnings("unused")
  private volatile int done;

  private volatile @Nullable Throwable failure;

  Schedule(List<Phase> phases, int threads) {
    this.phases = phases.toArray(Phase[]::new);
    parts = new int[this.phases.length];
    before = new int[this.phases.length];
    int count = 0;
    for (int i = 0; i < parts.length; i++) {
      parts[i] = Math.clamp(this.phases[i].parts(threads), 1, threads);
      before[i] = count;
      count += parts[i];
    }
    claims = new int[count];
  }

  private static VarHandle handle(String name, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(Schedule.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /// Whether several threads would have something to do.
  boolean isShared() {
    return claims.length > phases.length;
  }

  /// All phases by the calling thread.
  void runAlone() {
    for (Phase phase : phases) {
      phase.run(0, 1);
    }
  }

  /// Has all phases go their way without their work.
  void rehearse() {
    for (Phase phase : phases) {
      phase.rehearse();
    }
  }

  /// Starts a run: from now on parts can be claimed.
  void begin() {
    done = 0;
    failure = null;
    int next = run + 1; // nobody else writes: a session runs once at a time
    run = next;
  }

  /// The caller's share of a run. When it returns, all parts are done.
  ///
  /// @throws RuntimeException what a part threw; those that began later were left out
  void runAsCaller() {
    int current = run;
    for (int i = 0; i < phases.length; i++) {
      awaitDone(before[i]);
      for (int part = 0; part < parts[i]; part++) {
        if (claim(before[i] + part, current)) {
          compute(i, part);
        }
      }
    }
    awaitDone(claims.length);
  }

  private void awaitDone(int count) {
    int waited = 0;
    while (done < count) {
      waited = Waiting.forOthers(waited);
    }
  }

  /// A worker's share of the run that is on, if one is.
  void runAsWorker(Team.Worker worker) {
    int current = run;
    int part = worker.index();
    for (int i = 0; i < phases.length; i++) {
      if (part < parts[i]) {
        int waited = 0;
        while (done < before[i]) {
          if (run != current || worker.isRetired()) {
            return;
          }
          waited = Waiting.forOthers(waited);
        }
        if (!worker.enter()) {
          return;
        }
        try {
          if (claim(before[i] + part, current)) {
            compute(i, part);
          }
        } finally {
          worker.leave();
        }
      }
    }
  }

  /// False if somebody else has claimed the part, or the run is over.
  private boolean claim(int index, int current) {
    int last = (int) CLAIMS.getVolatile(claims, index);
    return last - current < 0 && CLAIMS.compareAndSet(claims, index, last, current);
  }

  private void compute(int phase, int part) {
    if (failure == null) {
      try {
        phases[phase].run(part, parts[phase]);
      } catch (Throwable e) {
        FAILURE.compareAndSet(this, null, e);
      }
    }
    DONE.getAndAdd(this, 1);
  }

  /// What went wrong in the last run, if anything did.
  @Nullable Throwable failure() {
    return failure;
  }
}
