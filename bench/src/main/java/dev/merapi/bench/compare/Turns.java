package dev.merapi.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/// Times two contenders in short turns: ours, theirs, ours, ...
///
/// On a shared machine a core's speed changes by 1.6x for seconds at a time. Turns that are
/// neighbours met the same speed, so the median of the ratios of neighbouring turns tells what a
/// ratio of two long runs cannot. Before each turn the other's threads must have come to rest; the
/// first call of a turn wakes the contender's own threads and is not counted. Turns that began
/// though something still ran are counted.
final class Turns {
  private static final long WARM_UP_NANOS = 1_500_000_000L;
  private static final long TURN_NANOS = 15_000_000L;
  private static final int LEAST_PAIRS = 8;

  /// A turn of the peak follows this many pairs of turns.
  private static final int PAIRS_PER_PEAK = 4;

  static final double WIDEST = 1.3;
  static final int ATTEMPTS = 3;

  private final LongSupplier clock;
  private final BooleanSupplier settle;
  private final DoubleSupplier peak;

  /// @param clock nanoseconds
  /// @param settle waits until all other threads are quiet, and says whether they are
  /// @param peak takes a turn of the FMA peak: 10^9 operations a second of all threads
  Turns(LongSupplier clock, BooleanSupplier settle, DoubleSupplier peak) {
    this.clock = clock;
    this.settle = settle;
    this.peak = peak;
  }

  /// What one attempt found.
  ///
  /// @param ratio the peer's time by ours, over neighbouring turns
  /// @param turn nanoseconds of one of our calls, over our turns
  /// @param ours nanoseconds of each of our calls
  /// @param theirs nanoseconds of each of the peer's calls
  /// @param peak the FMA peak of all threads: the median of its turns
  /// @param turns how many there were, of both
  /// @param unquiet how many of them began though another thread still ran
  /// @param attempts how many were made; this one scattered least
  record Result(
      Spread ratio,
      Spread turn,
      Histogram ours,
      Histogram theirs,
      double peak,
      int turns,
      int unquiet,
      int attempts) {
    private Result after(int count) {
      return new Result(ratio, turn, ours, theirs, peak, turns, unquiet, count);
    }

    /// Whether it scatters more than a result should that is told without a remark.
    boolean isNoisy() {
      return ratio.width() > WIDEST;
    }
  }

  /// Warms both up and times them. A result that scatters by more than 1.3 is measured anew, three
  /// times at most, and the one that scatters least is kept.
  ///
  /// @param nanos how long one attempt lasts
  Result measure(Runnable ours, Runnable theirs, long nanos) {
    int ourCalls = warmUp(ours);
    int theirCalls = warmUp(theirs);
    Result best = attempt(ours, ourCalls, theirs, theirCalls, nanos);
    int attempts = 1;
    while (best.isNoisy() && attempts < ATTEMPTS) {
      Result next = attempt(ours, ourCalls, theirs, theirCalls, nanos);
      attempts++;
      best = next.ratio.width() < best.ratio.width() ? next : best;
    }
    return best.after(attempts);
  }

  /// Returns how many calls make a turn.
  private int warmUp(Runnable call) {
    long start = clock.getAsLong();
    long fastest = Long.MAX_VALUE;
    while (clock.getAsLong() - start < WARM_UP_NANOS) {
      long before = clock.getAsLong();
      call.run();
      fastest = Math.min(fastest, clock.getAsLong() - before);
    }
    return Math.toIntExact(Math.max(1, TURN_NANOS / Math.max(1, fastest)));
  }

  private Result attempt(Runnable ours, int ourCalls, Runnable theirs, int theirCalls, long nanos) {
    var ourTurns = new ArrayList<Double>();
    var theirTurns = new ArrayList<Double>();
    var peaks = new ArrayList<Double>();
    var ourTimes = new Histogram(3);
    var theirTimes = new Histogram(3);
    int unquiet = 0;
    long start = clock.getAsLong();
    while (ourTurns.size() < LEAST_PAIRS || clock.getAsLong() - start < nanos) {
      if (ourTurns.size() % PAIRS_PER_PEAK == 0) {
        settle.getAsBoolean();
        peaks.add(peak.getAsDouble());
      }
      unquiet += settle.getAsBoolean() ? 0 : 1;
      ourTurns.add(turn(ours, ourCalls, ourTimes));
      unquiet += settle.getAsBoolean() ? 0 : 1;
      theirTurns.add(turn(theirs, theirCalls, theirTimes));
    }
    double[] our = array(ourTurns);
    Spread ratio = Spread.ofNeighbours(our, array(theirTurns));
    double middle = Spread.of(array(peaks)).median();
    int turns = 2 * our.length;
    return new Result(ratio, Spread.of(our), ourTimes, theirTimes, middle, turns, unquiet, 1);
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /// Nanoseconds of one call, over a turn.
  private double turn(Runnable call, int calls, Histogram times) {
    call.run();
    long sum = 0;
    for (int i = 0; i < calls; i++) {
      long before = clock.getAsLong();
      call.run();
      long took = clock.getAsLong() - before;
      sum += took;
      times.recordValue(took);
    }
    return Math.max(1, sum) / (double) calls;
  }
}
