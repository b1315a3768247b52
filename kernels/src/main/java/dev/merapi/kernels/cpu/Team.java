package dev.merapi.kernels.cpu;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Threads that run schedules together with the caller. One schedule at a time: who finds the team
/// busy runs alone, with the same bits.
///
/// Workers spin for a while after a run, because the next one often follows at once, then park.
final class Team implements AutoCloseable {
  private static final int SPINS = 20_000;

  private final Meeting meeting;
  private final Worker[] workers;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final int spins;

  /// Written by the caller before `epoch`, read by workers after it.
  private @Nullable Schedule schedule;

  private volatile int epoch;
  private volatile boolean closed;

  /// @param threads with the caller, at least 2
  Team(int threads) {
    meeting = new Meeting(threads);
    workers = new Worker[threads - 1];
    spins = threads <= Runtime.getRuntime().availableProcessors() ? SPINS : 100;
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
      workers[i].start();
    }
  }

  /// Runs a schedule made for as many threads. False if the team is busy.
  boolean tryRun(Schedule work) {
    if (closed || !busy.compareAndSet(false, true)) {
      return false;
    }
    try {
      schedule = work;
      int next = epoch + 1; // nobody else writes while the team is busy
      epoch = next;
      for (Worker worker : workers) {
        worker.wake();
      }
      work.runShare(0, meeting);
      meeting.await();
      Throwable failure = meeting.takeFailure();
      switch (failure) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new IllegalStateException(failure);
      }
      return true;
    } finally {
      busy.set(false);
    }
  }

  /// Ends the threads once the current run is over.
  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  private final class Worker extends Thread {
    private final int index;
    private volatile boolean parked;

    Worker(int index) {
      super("merapi-" + index);
      this.index = index;
      setDaemon(true);
    }

    void wake() {
      if (parked) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      int seen = 0;
      while (awaitEpochAfter(seen)) {
        seen++;
        Schedule work = schedule;
        if (work != null) {
          work.runShare(index, meeting);
        }
        meeting.await();
      }
    }

    /// False when the team is closed.
    private boolean awaitEpochAfter(int seen) {
      int waited = 0;
      while (epoch == seen) {
        if (closed) {
          return false;
        }
        if (++waited < spins) {
          Thread.onSpinWait();
        } else {
          parked = true;
          if (epoch == seen && !closed) {
            LockSupport.park(Team.this);
          }
          parked = false;
        }
      }
      return true;
    }
  }
}
