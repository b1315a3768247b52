package dev.merapi;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;

/// Sessions that are lent for one run each: as many as the machine has processors at most, created
/// when needed. Safe from virtual threads, which wait without holding their carrier.
final class SessionPool {
  private final Supplier<Session> source;
  private final Semaphore permits = new Semaphore(Runtime.getRuntime().availableProcessors());
  private final ConcurrentLinkedDeque<Session> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  SessionPool(Supplier<Session> source) {
    this.source = source;
  }

  <T> T with(Function<Session, T> work) {
    StackReserve.check();
    permits.acquireUninterruptibly();
    try {
      Session lent = idle.pollFirst();
      Session session = lent == null ? source.get() : lent;
      try {
        return work.apply(session);
      } finally {
        takeBack(session);
      }
    } finally {
      permits.release();
    }
  }

  private void takeBack(Session session) {
    idle.addFirst(session);
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
