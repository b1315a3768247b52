package dev.merapi.kernels.cpu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Threads that run schedules together with the caller, one schedule at a time.
///
/// Workers spin for a moment after a run, because the next one often follows at once, then sleep;
/// after [#IDLE_NANOS] without a run the team retires and its threads end.
///
/// A caller may be thrown out of a run by an error that comes from no part of it, such as an
/// overflow of its stack. What happens then calls no method, which might overflow as well: the team
/// retires, and the caller leaves when no worker computes any more.
final class Team {
  static final long IDLE_NANOS = 60_000_000_000L;

  private static final int SPINS = 2_000;
  private static final VarHandle BUSY = busyHandle();

  private final Worker[] workers;
  private final int spins;

  // Changed to true through the handle above.
  @SuppressWarnings("unused")
  private volatile boolean busy;

  private volatile boolean retired;

  /// Written by the caller before `epoch`, read by workers after it.
  private volatile @Nullable Schedule schedule;

  private volatile int epoch;

  /// @param threads with the caller, at least 2
  Team(int threads) {
    workers = new Worker[threads - 1];
    spins = threads <= Runtime.getRuntime().availableProcessors() ? SPINS : 0;
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
    }
    boolean complete = false;
    try {
      for (Worker worker : workers) {
        worker.start();
      }
      complete = true;
    } finally {
      retired = !complete; // the system may allow no more threads
    }
  }

  private static VarHandle busyHandle() {
    try {
      return MethodHandles.lookup().findVarHandle(Team.class, "busy", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /// Runs a schedule made for as many threads. False if the team is busy or has retired.
  boolean tryRun(Schedule work) {
    if (retired || !BUSY.compareAndSet(this, false, true)) {
      return false;
    }
    boolean inOrder = false;
    try {
      work.begin();
      schedule = work;
      int next = epoch + 1; // nobody else writes while the team is busy
      epoch = next;
      for (Worker worker : workers) {
        worker.wake();
      }
      work.runAsCaller();
      inOrder = true;
    } finally {
      schedule = null; // a session that is closed should not be kept alive
      if (inOrder) {
        busy = false;
      } else {
        retired = true;
        for (Worker worker : workers) {
          while (worker.computes) {
            // for as long as one part takes
          }
        }
      }
    }
    throwFailure(work);
    return true;
  }

  private static void throwFailure(Schedule work) {
    switch (work.failure()) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  boolean isRetired() {
    return retired;
  }

  /// Ends the threads as soon as they compute nothing.
  void retire() {
    retired = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  /// Retires, unless a run has begun.
  private void retireIdle() {
    if (BUSY.compareAndSet(this, false, true)) { // and stays so: nobody runs it any more
      retire();
    }
  }

  /// A thread of the team beside the caller.
  final class Worker extends Thread {
    private final int index;
    private volatile boolean sleeps;
    private volatile boolean computes;

    Worker(int index) {
      super("merapi-" + index);
      this.index = index;
      setDaemon(true);
    }

    int index() {
      return index;
    }

    boolean isRetired() {
      return retired;
    }

    /// Before it touches the memory of a session. False if the team has retired.
    boolean enter() {
      computes = true;
      if (retired) {
        computes = false;
        return false;
      }
      return true;
    }

    void leave() {
      computes = false;
    }

    private void wake() {
      if (sleeps) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      int seen = 0;
      while (awaitEpochAfter(seen)) {
        seen = epoch;
        Schedule work = schedule;
        if (work != null) {
          work.runAsWorker(this);
        }
      }
    }

    /// False when the team has retired.
    private boolean awaitEpochAfter(int seen) {
      for (int i = 0; i < spins; i++) {
        if (epoch != seen || retired) {
          return !retired;
        }
        Thread.onSpinWait();
      }
      long start = System.nanoTime();
      sleeps = true;
      while (epoch == seen && !retired) {
        LockSupport.parkNanos(Team.this, IDLE_NANOS);
        Thread.interrupted(); // a park would return at once for ever
        if (System.nanoTime() - start > IDLE_NANOS && epoch == seen) {
          retireIdle();
        }
      }
      sleeps = false;
      return !retired;
    }
  }
}
