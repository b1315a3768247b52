package dev.merapi.kernels.emit;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.function.Supplier;

/// A kernel in its two forms: the scalar twin, which serves at once, and the vector class, which
/// takes over when C2 has turned its calls into instructions. Both give the same bits, so the
/// change can come at any moment.
public final class TieredKernel implements Kernel {
  /// What became of a warm-up.
  public enum State {
    /// The twin serves.
    COLD,
    /// The vector class serves.
    HOT,
    /// The vector class serves, though C2 compiled it worse than it can.
    SLOW,
    /// The vector class gave other bits than the twin and will never serve.
    REFUSED;

    /// Whether the vector class serves.
    public boolean hasVectors() {
      return this == HOT || this == SLOW;
    }
  }

  /// The patience of the last try, after those of 1 and 2.
  private static final int MOST_PATIENCE = 4;

  private final Kernel twin;
  private final Supplier<Kernel> emitter;
  private final Trial trial;

  /// Read without ordering on the hot path: any value ever stored is correct, and kernels are
  /// immutable.
  private Kernel current;

  private Kernel vector;
  private int patience = 1;

  /// Whether all definitions were stuck, and the twin is the better form.
  private boolean isHopeless;

  private volatile State state = State.COLD;

  /// @param twin the scalar form
  /// @param emitter defines the vector form as a class of its own in each call
  /// @param trial drives both
  public TieredKernel(Kernel twin, Supplier<Kernel> emitter, Trial trial) {
    this.twin = twin;
    this.emitter = emitter;
    this.trial = trial;
    this.current = twin;
    this.vector = emitter.get();
  }

  /// The form that serves now. A caller with an inner loop reads it once, before the loop.
  public Kernel current() {
    return current;
  }

  public Kernel twin() {
    return twin;
  }

  public synchronized Kernel vector() {
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
  /// @param limit the longest time to spend; the twin goes on serving when it is over
  /// @return the state reached
  public synchronized State warmUp(Duration limit) {
    Widths.areSpread();
    long end = System.nanoTime() + limit.toNanos();
    try (Arena arena = Arena.ofConfined()) {
      WarmUp run = new WarmUp(trial, arena);
      while (state == State.COLD && !isHopeless) {
        switch (run.drive(vector, end, patience)) {
          case COMPILED -> settle(run.sameBits(twin, vector), State.HOT);
          case STUCK -> {
            if (patience < MOST_PATIENCE) {
              Widths.spread();
              vector = emitter.get();
              patience *= 2;
            } else if (run.isBetter(vector, twin)) {
              settle(run.sameBits(twin, vector), State.SLOW);
            } else {
              isHopeless = true;
            }
          }
          case OUT_OF_TIME -> {
            return state;
          }
        }
      }
    }
    return state;
  }

  /// Compares the bits of both forms and lets the vector class serve at once, compiled or not: for
  /// tests, which would wait for C2 too often.
  ///
  /// @return the state reached
  public synchronized State adopt() {
    if (state == State.COLD) {
      try (Arena arena = Arena.ofConfined()) {
        settle(new WarmUp(trial, arena).sameBits(twin, vector), State.HOT);
      }
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
