package dev.merapi;

import dev.merapi.memory.UseCount;
import dev.merapi.spi.Executable;
import dev.merapi.spi.Runner;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Brings the kernels of a model to their full speed beside its runs.
///
/// Runs earn the time for it: as long as a plan has slow kernels its runs are timed, and as much
/// time is spent on the thread that the process has for this, a short turn after a run. So what is
/// soon over or seldom used costs little, and what nobody runs costs nothing. Once a plan has
/// nothing left to bring in, its runs are not timed any more.
final class BackgroundWarmUp {
  /// What runs may take before it begins.
  private static final long TRIAL_NANOS = 250_000_000;

  private static final Duration TURN = Duration.ofMillis(50);

  /// As long as it takes, for somebody who waits: kernels have an end of their own.
  private static final Duration ANY_TIME = Duration.ofDays(1);

  /// One for all models: C2 works best on one kernel after the other. The thread comes when there
  /// is work and goes soon after it.
  private static final Executor THREAD = thread();

  private final Executor thread;
  private final LongSupplier clock;
  private final CompileOptions.WarmUp when;
  private final Consumer<List<String>> warn;
  private final AtomicLong earned = new AtomicLong(-TRIAL_NANOS);

  /// @param thread does turns, one after the other
  /// @param clock nanoseconds
  /// @param warn hears what stays slow
  BackgroundWarmUp(
      CompileOptions.WarmUp when,
      Consumer<List<String>> warn,
      Executor thread,
      LongSupplier clock) {
    this.when = when;
    this.warn = warn;
    this.thread = thread;
    this.clock = clock;
  }

  static BackgroundWarmUp of(CompileOptions.WarmUp when, Consumer<List<String>> warn) {
    return new BackgroundWarmUp(when, warn, THREAD, System::nanoTime);
  }

  private static Executor thread() {
    var factory =
        Thread.ofPlatform()
            .name("merapi-warm-up")
            .daemon()
            .priority(Thread.MIN_PRIORITY)
            .inheritInheritableThreadLocals(false)
            .factory();
    var thread =
        new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
    thread.allowCoreThreadTimeOut(true);
    return thread;
  }

  /// The part of one plan.
  Part of(Executable executable, UseCount uses) {
    return new Part(executable, uses);
  }

  /// One plan's part in it.
  final class Part {
    private final Executable executable;
    private final UseCount uses;
    private final AtomicBoolean waits = new AtomicBoolean();

    /// Read without ordering before each run: whoever sees it late times one run more.
    private boolean over;

    private Part(Executable executable, UseCount uses) {
      this.executable = executable;
      this.uses = uses;
      boolean isFast = executable.warmUp(Duration.ZERO) && executable.diagnostics().isEmpty();
      over = isFast || when == CompileOptions.WarmUp.NEVER;
    }

    /// Before the first run.
    void prepare() {
      if (!over && when == CompileOptions.WarmUp.BEFORE) {
        finish();
      }
    }

    /// Whether runs need not be timed.
    boolean isOver() {
      return over;
    }

    /// A run that earns time.
    void timed(Runner runner) {
      long start = clock.getAsLong();
      runner.run();
      long time = clock.getAsLong() - start;
      if (earned.addAndGet(time) >= TURN.toNanos() && waits.compareAndSet(false, true)) {
        begin();
      }
    }

    private void begin() {
      try {
        thread.execute(this::turn);
      } catch (RuntimeException | Error e) {
        // The run has done its work: for want of a thread or of stack, a later one tries again.
        waits.set(false);
      }
    }

    private void turn() {
      long start = clock.getAsLong();
      try {
        if (!over && !uses.isClosed() && executable.warmUp(TURN)) {
          over = true;
          warn.accept(executable.diagnostics());
        }
      } catch (RuntimeException | Error e) {
        over = true;
        Log.warning("warm-up in the background failed", e);
      } finally {
        earned.addAndGet(start - clock.getAsLong());
        waits.set(false);
      }
    }

    /// Does all that is left on the caller's thread.
    ///
    /// @return false if the thread was interrupted
    boolean finish() {
      boolean done = executable.warmUp(ANY_TIME);
      over |= done;
      return done;
    }
  }
}
