package dev.merapi;

import dev.merapi.foreign.SystemFunction;
import dev.merapi.spi.BackendProvider;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// Has backends prepare themselves on a thread of its own, once in a process, while the first model
/// is traced or read: by the time it is compiled, much of what the JVM loads and links for that is
/// there. On a machine of one processor that would only take time from the model.
final class HeadStart {
  private static final HeadStart PROCESS =
      new HeadStart(new Preparation(), Runtime.getRuntime().availableProcessors());

  private final Runnable work;
  private final AtomicBoolean begun;

  /// @param work is done once at most; what it throws is dropped
  /// @param processors of the machine
  HeadStart(Runnable work, int processors) {
    this.work = work;
    begun = new AtomicBoolean(processors == 1);
  }

  /// Begins that of the process if nobody has, and returns at once.
  static void begin() {
    PROCESS.start();
  }

  /// Begins if nobody has, and returns at once.
  void start() {
    if (begun.get() || begun.getAndSet(true)) {
      return;
    }
    try {
      Thread.ofPlatform()
          .name("merapi-start")
          .daemon()
          .inheritInheritableThreadLocals(false)
          .start(new Quiet(work));
    } catch (RuntimeException | Error _) {
      // For want of a thread everything is done when it is needed.
    }
  }

  private record Quiet(Runnable work) implements Runnable {
    @Override
    public void run() {
      try {
        work.run();
      } catch (RuntimeException | Error _) {
        // Whoever compiles a model meets it again, and is told.
      }
    }
  }

  private static final class Preparation implements Runnable {
    @Override
    public void run() {
      // The longest step, and the first that others wait for: all memory comes from such a call.
      Optional<SystemFunction> _ = SystemFunction.find("calloc");
      for (BackendProvider provider : Services.of(BackendProvider.class)) {
        provider.prepare();
      }
    }
  }
}
