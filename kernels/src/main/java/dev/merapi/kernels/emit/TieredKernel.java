package dev.merapi.kernels.emit;

import java.lang.foreign.Arena;
import java.time.Duration;

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
    /// The vector class gave other bits than the twin and will never serve.
    REFUSED
  }

  private final Kernel twin;
  private final Kernel vector;
  private final Trial trial;

  /// Read without ordering on the hot path: any value ever stored is correct, and kernels are
  /// immutable.
  private Kernel current;

  private volatile State state = State.COLD;

  public TieredKernel(Kernel twin, Kernel vector, Trial trial) {
    this.twin = twin;
    this.vector = vector;
    this.trial = trial;
    this.current = twin;
  }

  /// The form that serves now. A caller with an inner loop reads it once, before the loop.
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
  /// @param limit the longest time to spend; the twin goes on serving when it is over
  /// @return the state reached
  public synchronized State warmUp(Duration limit) {
    if (state == State.COLD) {
      try (Arena arena = Arena.ofConfined()) {
        WarmUp run = new WarmUp(trial, arena);
        if (run.untilCompiled(vector, limit)) {
          state = run.sameBits(twin, vector) ? State.HOT : State.REFUSED;
        }
      }
      if (state == State.HOT) {
        current = vector;
      }
    }
    return state;
  }
}
