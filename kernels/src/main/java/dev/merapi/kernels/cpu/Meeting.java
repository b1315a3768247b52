package dev.merapi.kernels.cpu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A barrier that threads pass together, any number of times: the last one to arrive opens it.
///
/// Waiting threads spin, because the others are usually microseconds away, and sleep in short naps
/// when that takes long (more threads than cores, or a machine that is busy otherwise).
final class Meeting {
  private static final int SPINS = 20_000;
  private static final long NAP_NANOS = 20_000;
  private static final VarHandle ARRIVED = handle("arrived", int.class);
  private static final VarHandle ROUND = handle("round", int.class);
  private static final VarHandle FAILURE = handle("failure", Throwable.class);

  private final int threads;
  private final int spins;

  // Read and written through the handles above.
  @SuppressWarnings("unused")
  private int arrived;

  @SuppressWarnings("unused")
  private int round;

  private @Nullable Throwable failure;

  /// Whether a failure was noted before the last opening. It changes at openings only, so that all
  /// threads draw the same conclusion from one meeting.
  private boolean failed;

  Meeting(int threads) {
    this.threads = threads;
    spins = threads <= Runtime.getRuntime().availableProcessors() ? SPINS : 100;
  }

  private static VarHandle handle(String name, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(Meeting.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /// Waits until all threads have arrived. What they wrote before is visible afterwards.
  void await() {
    int current = (int) ROUND.getAcquire(this);
    if ((int) ARRIVED.getAndAdd(this, 1) == threads - 1) {
      ARRIVED.set(this, 0);
      failed = FAILURE.getAcquire(this) != null;
      ROUND.setRelease(this, current + 1);
      return;
    }
    int waited = 0;
    while ((int) ROUND.getAcquire(this) == current) {
      if (++waited < spins) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(this, NAP_NANOS);
      }
    }
  }

  /// Notes a failure; the first one is kept.
  void fail(Throwable e) {
    FAILURE.compareAndSet(this, null, e);
  }

  /// Whether somebody had failed when the last meeting began.
  boolean hasFailed() {
    return failed;
  }

  /// The failure noted since the last call, if any.
  @Nullable Throwable takeFailure() {
    Throwable e = failure;
    failure = null;
    return e;
  }
}
