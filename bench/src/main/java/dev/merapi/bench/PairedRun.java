package dev.merapi.bench;

import java.util.Arrays;
import java.util.List;

/// Times contenders in turns, with the FMA peak as one of them, and keeps the best turn of each: a
/// shared core flips between speeds for seconds at a time, so only what ran in turns can be
/// compared.
final class PairedRun {
  private static final int TURNS = 20;
  private static final long TURN_NANOS = 10_000_000;
  private static final long WARM_UP_NANOS = 1_500_000_000;

  /// Something to time.
  ///
  /// @param operations floating-point operations of one call
  record Contender(String name, double operations, Runnable call) {}

  /// @param peak the best turn of the FMA peak, 10^9 operations a second
  /// @param best the best turn of each contender, in their order
  record Result(double peak, List<Double> best) {}

  private PairedRun() {}

  static Result of(List<Contender> contenders) {
    PeakProbe.warmUp();
    int[] calls = contenders.stream().mapToInt(PairedRun::warmUp).toArray();
    double peak = 0;
    Double[] best = new Double[contenders.size()];
    Arrays.fill(best, 0.0);
    for (int turn = 0; turn < TURNS; turn++) {
      peak = Math.max(peak, PeakProbe.gigaflops());
      for (int i = 0; i < best.length; i++) {
        best[i] = Math.max(best[i], gigaflops(contenders.get(i), calls[i]));
      }
    }
    return new Result(peak, List.of(best));
  }

  /// Returns how many calls make a turn.
  private static int warmUp(Contender contender) {
    long start = System.nanoTime();
    long fastest = Long.MAX_VALUE;
    while (System.nanoTime() - start < WARM_UP_NANOS) {
      long before = System.nanoTime();
      contender.call().run();
      fastest = Math.min(fastest, System.nanoTime() - before);
    }
    return (int) Math.max(1, TURN_NANOS / fastest);
  }

  private static double gigaflops(Contender contender, int calls) {
    long start = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      contender.call().run();
    }
    return contender.operations() * calls / (System.nanoTime() - start);
  }
}
