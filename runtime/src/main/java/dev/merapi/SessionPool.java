package dev.merapi;

import dev.merapi.MerapiException.Kind;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/// Sessions that are lent for one run each, created when needed. Safe from virtual threads, which
/// wait without holding their carrier. A waiting thread that is interrupted goes on waiting, and
/// keeps its flag.
final class SessionPool {
  private final Supplier<Session> source;
  private final CompileOptions.Pool limits;
  private final Semaphore permits;
  private final ConcurrentLinkedDeque<Session> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  SessionPool(Supplier<Session> source, CompileOptions.Pool limits) {
    this.source = source;
    this.limits = limits;
    permits = new Semaphore(limits.sessions());
  }

  <T> T with(Function<Session, T> work) {
    StackReserve.check();
    acquire();
    try {
      return lend(work);
    } catch (MerapiException e) {
      if (e.kind() != Kind.MEMORY) {
        throw e;
      }
      closeIdle(); // the sizes that idle sessions are bound to may take what is missing
      return lend(work);
    } finally {
      permits.release();
    }
  }

  private <T> T lend(Function<Session, T> work) {
    Session lent = idle.pollFirst();
    Session session = lent == null ? source.get() : lent;
    try {
      return work.apply(session);
    } finally {
      takeBack(session);
    }
  }

  private void acquire() {
    if (permits.tryAcquire()) {
      return;
    }
    long start = System.nanoTime();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          long left = limits.waitNanos() - (System.nanoTime() - start);
          if (!permits.tryAcquire(left, TimeUnit.NANOSECONDS)) {
            throw MerapiException.of(Kind.LIMIT, "run: all sessions are taken")
                .with("sessions", limits.sessions())
                .with("waited", limits.longestWait())
                .hint(
                    "options.pool(sessions, longestWait) sets both; a session takes memory() each");
          }
          return;
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void takeBack(Session session) {
    if (!session.isClosed()) { // as it is if it lost its memory
      idle.addFirst(session);
    }
    if (closed) { // perhaps after close() has looked
      closeIdle();
    }
  }

  void close() {
    StackReserve.check();
    closed = true;
    closeIdle();
  }

  private void closeIdle() {
    for (Session each = idle.pollFirst(); each != null; each = idle.pollFirst()) {
      each.close();
    }
  }
}
