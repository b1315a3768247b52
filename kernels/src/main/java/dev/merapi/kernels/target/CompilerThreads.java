package dev.merapi.kernels.target;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Threads that compile kernels while those who want them describe more. They end when nothing was
/// to be done for a moment. Nobody waits for one: who needs a kernel that no thread has begun
/// compiles it.
final class CompilerThreads {
  /// For the process.
  static final CompilerThreads SHARED =
      new CompilerThreads(Math.min(3, Runtime.getRuntime().availableProcessors() - 1));

  private static final long IDLE_MILLIS = 1000;

  private final int most;
  private final Queue<Compilation> queue = new ArrayDeque<>();

  // Guarded by the queue.
  private int running;
  private int idle;

  /// @param most threads at a time; none where the caller has the only processor
  CompilerThreads(int most) {
    this.most = most;
  }

  /// How many there are.
  int count() {
    synchronized (queue) {
      return running;
    }
  }

  /// Has a thread claim a compilation soon, if there may be one.
  void offer(Compilation compilation) {
    if (most == 0) {
      return;
    }
    boolean another;
    synchronized (queue) {
      queue.add(compilation);
      another = queue.size() > idle && running < most;
      if (another) {
        running++;
      } else {
        queue.notify();
      }
    }
    if (another) {
      start();
    }
  }

  /// A thread that refers to nothing of its creator's.
  private void start() {
    boolean started = false;
    try {
      Thread.ofPlatform()
          .name("merapi-compiler")
          .daemon()
          .inheritInheritableThreadLocals(false)
          .start(this::work);
      started = true;
    } catch (RuntimeException | Error _) {
      // For want of a thread the caller compiles everything.
    } finally {
      if (!started) {
        leave();
      }
    }
  }

  private void leave() {
    synchronized (queue) {
      running--;
      if (running == 0) {
        queue.clear();
      }
    }
  }

  private void work() {
    boolean hasWork = true;
    while (hasWork) {
      hasWork = work(take());
    }
  }

  /// @return false at the end
  private static boolean work(@Nullable Compilation compilation) {
    if (compilation == null) {
      return false;
    }
    try {
      compilation.claim();
    } catch (RuntimeException | Error _) {
      // Whoever needs it meets it again, and is told.
    }
    return true;
  }

  /// The next; nothing if there was none for a while: then this thread counts no more.
  private @Nullable Compilation take() {
    synchronized (queue) {
      if (queue.isEmpty()) {
        idle++;
        try {
          queue.wait(IDLE_MILLIS);
        } catch (InterruptedException _) {
          // It ends early.
        } finally {
          idle--;
        }
      }
      if (queue.isEmpty()) {
        running--;
      }
      return queue.poll();
    }
  }
}
