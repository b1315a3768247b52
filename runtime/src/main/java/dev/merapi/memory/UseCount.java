package dev.merapi.memory;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.concurrent.atomic.AtomicLong;

/// Counts the running users of something that can be closed: closing refuses new users at once, and
/// the last user to return frees it.
///
/// Thread-safe, and allocates nothing after construction.
public final class UseCount {
  private static final long CLOSED = 1L << 62;
  private static final long FREED = 1L << 61;
  private static final long USERS = FREED - 1;

  private final String what;
  private final Runnable free;
  private final AtomicLong state = new AtomicLong();

  /// @param what the name of the thing in error messages
  /// @param free runs once, on the thread that closes or on that of the last user
  public UseCount(String what, Runnable free) {
    this.what = what;
    this.free = free;
  }

  /// Starts a use; every call is paired with [#release()].
  ///
  /// @throws MerapiException of kind `CLOSED` after [#close()]
  public void acquire() {
    if ((state.getAndIncrement() & CLOSED) != 0) {
      // Taken back like any use: if the last true user left meanwhile, this one frees.
      release();
      throw closed(what);
    }
  }

  /// Ends a use.
  public void release() {
    if (state.decrementAndGet() == CLOSED) {
      freeOnce();
    }
  }

  /// Refuses new users and frees at once if there are none. Further calls do nothing.
  public void close() {
    long before = state.getAndUpdate(value -> value | CLOSED);
    if (before == 0) {
      freeOnce();
    }
  }

  /// The number of running users.
  public long users() {
    return state.get() & USERS;
  }

  /// Whether [#close()] was called.
  public boolean isClosed() {
    return (state.get() & CLOSED) != 0;
  }

  /// @throws MerapiException of kind `CLOSED` after [#close()]
  public void check() {
    if (isClosed()) {
      throw closed(what);
    }
  }

  private void freeOnce() {
    // Only one thread moves the state from "closed and unused" to "freed".
    if (state.compareAndSet(CLOSED, CLOSED | FREED)) {
      free.run();
    }
  }

  /// The exception that says that something is closed.
  ///
  /// @param what its name
  public static MerapiException closed(String what) {
    return MerapiException.of(Kind.CLOSED, what + " is closed")
        .hint("close it after its last use, for example by try-with-resources around all of them");
  }
}
