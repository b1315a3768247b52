package dev.merapi.kernels.jit;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// A kernel in its two forms: the scalar twin, which serves at once, and the vector class, which
/// takes over when C2 has turned its calls into instructions. Both give the same bits, so the
/// change can come at any moment.
public final class TieredKernel implements Kernel {
  /// What became of a warm-up.
  public enum State {
    /// The twin serves, until a warm-up has come to an end.
    COLD,
    /// The vector class serves.
    HOT,
    /// The vector class serves, though C2 compiled it worse than it can.
    SLOW,
    /// The twin serves for good, because C2 did not compile the vector class in three definitions.
    STUCK,
    /// The vector class gave other bits than the twin and will never serve.
    REFUSED,
    /// There is no vector class.
    SCALAR;

    /// Whether the vector class serves.
    public boolean hasVectors() {
      return this == HOT || this == SLOW;
    }

    /// Whether a warm-up changes nothing any more.
    public boolean isFinal() {
      return this != COLD;
    }
  }

  private final Kernel twin;
  private final Supplier<Kernel> emitter;
  private final Trial trial;

  /// Read without ordering on the hot path: any value ever stored is correct, and kernels are
  /// immutable.
  private Kernel current;

  /// Held by the warm-up. Fair, so that one in small parts lets others have their turn.
  private final ReentrantLock lock = new ReentrantLock(true);

  private final String name;
  private volatile Kernel vector;
  private Attempt attempt;
  private volatile State state = State.COLD;

  /// @param twin the scalar form
  /// @param emitter defines the vector form as a class of its own in each call
  /// @param trial drives both
  public TieredKernel(Kernel twin, Supplier<Kernel> emitter, Trial trial) {
    this(twin, emitter, trial, Attempt.first());
  }

  TieredKernel(Kernel twin, Supplier<Kernel> emitter, Trial trial, Attempt first) {
    this.attempt = first;
    this.twin = twin;
    this.emitter = emitter;
    this.trial = trial;
    this.current = twin;
    this.vector = emitter.get();
    this.name = vector.getClass().getSimpleName().replaceFirst("/.*", "");
  }

  private TieredKernel(String name, Kernel twin, Trial trial) {
    this.attempt = Attempt.first();
    this.twin = twin;
    this.emitter = () -> twin;
    this.trial = trial;
    this.current = twin;
    this.vector = twin;
    this.name = name;
    this.state = State.SCALAR;
  }

  /// A kernel without a vector form.
  ///
  /// @param name for people
  public static TieredKernel scalar(String name, Kernel twin, Trial trial) {
    return new TieredKernel(name, twin, trial);
  }

  /// What the vector class is called in profiles and stack traces.
  public String name() {
    return name;
  }

  /// The form that serves now.
  @Override
  public Kernel current() {
    return current;
  }

  public Kernel twin() {
    return twin;
  }

  public Kernel vector() {
    return vector;
  }

  public State state() {
    return state;
  }

  @Override
  public void run(long p0, long p1, long p2, long p3, long p4, long p5) {
    current.run(p0, p1, p2, p3, p4, p5);
  }

  /// Drives the vector class until it is compiled, compares its bits with the twin's, and lets it
  /// serve.
  ///
  /// A class may get stuck before C2: when C1 has compiled it without profiling, because C2's queue
  /// was long, and then fails to compile it with profiling, because it is large. Or C2 compiles it
  /// badly, because profiles contradict each other (see [Widths]). The remedy is to even these out
  /// and to define the class anew. If three definitions do not help, it serves if it is faster than
  /// the twin and allocates nothing; else the twin does, for good.
  ///
  /// It may be done in parts, by any thread. An interrupt ends a part, and the thread stays
  /// interrupted.
  ///
  /// @param limit the longest time to spend now, about; the twin goes on serving when it is over
  /// @return the state reached
  public State warmUp(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    if (state.isFinal() || !locked(limit)) {
      return state;
    }
    try (Arena arena = Arena.ofConfined()) {
      Widths.areSpread();
      warmUp(new WarmUp(trial, arena), end);
    } finally {
      lock.unlock();
    }
    return state;
  }

  private boolean locked(Duration limit) {
    try {
      return lock.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void warmUp(WarmUp run, long end) {
    while (!state.isFinal()) {
      switch (run.drive(vector, attempt, end)) {
        case COMPILED -> settle(run.sameBits(twin, vector), State.HOT);
        case STUCK ->
            attempt
                .next()
                .ifPresentOrElse(
                    next -> {
                      Widths.spread();
                      vector = emitter.get();
                      attempt = next;
                    },
                    () -> giveUp(run));
        case ENDED -> {
          return;
        }
      }
    }
  }

  private void giveUp(WarmUp run) {
    if (run.isBetter(vector, twin)) {
      settle(run.sameBits(twin, vector), State.SLOW);
    } else {
      state = State.STUCK;
    }
  }

  /// Compares the bits of both forms and lets the vector class serve at once, compiled or not: for
  /// tests, which would wait for C2 too often.
  ///
  /// @return the state reached
  public State adopt() {
    lock.lock();
    try (Arena arena = Arena.ofConfined()) {
      if (!state.isFinal()) {
        settle(new WarmUp(trial, arena).sameBits(twin, vector), State.HOT);
      }
    } finally {
      lock.unlock();
    }
    return state;
  }

  private void settle(boolean sameBits, State good) {
    if (sameBits) {
      current = vector;
      state = good;
    } else {
      state = State.REFUSED;
    }
  }
}
