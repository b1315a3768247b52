package dev.merapi.bench;

import java.util.Locale;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The most that one core does: independent fused multiply-adds on registers, no memory.
///
/// An FMA takes about four cycles and two may start in each, so eight chains would do; sixteen
/// leave room. The figure is the denominator of every "share of the peak" in this module. It must
/// be taken in turns with what it is compared to: a shared core's speed changes by 1.6x for seconds
/// at a time.
public final class PeakProbe {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 16;
  private static final int ROUNDS = 20_000;
  private static final float FACTOR = 0x1p-8f;

  /// 0.0, 0.1 and so on to 1.5.
  private static final float SUM_OF_STARTS = 12;

  private static final int CALLS = 200;

  private PeakProbe() {}

  /// Runs until the JIT has compiled the loop.
  public static void warmUp() {
    for (int i = 0; i < 10; i++) {
      gigaflops();
    }
  }

  /// One turn of about ten milliseconds.
  ///
  /// @return 10^9 floating-point operations a second, an FMA counted as two
  public static double gigaflops() {
    long start = System.nanoTime();
    float sum = 0f;
    for (int call = 0; call < CALLS; call++) {
      sum += chains(ROUNDS, FACTOR, FACTOR);
    }
    long nanos = System.nanoTime() - start;
    // A wrong value means that no work was measured.
    float expected = SUM_OF_STARTS + CHAINS * ROUNDS * FACTOR * FACTOR;
    if (!(Math.abs(sum / CALLS - expected) < 0.1f)) {
      throw new IllegalStateException("peak probe: wrong result: sum=" + sum);
    }
    double operations = 2.0 * CHAINS * SPECIES.length() * ROUNDS * CALLS;
    return operations / nanos;
  }

  /// Lane 0 of the sum of sixteen chains `x = a * b + x`. The other form, `x = x * a + b`, has C2
  /// copy `b` each time, and with twice the registers some chains end up in memory.
  private static float chains(int rounds, float factorA, float factorB) {
    FloatVector a = FloatVector.broadcast(SPECIES, factorA);
    FloatVector b = FloatVector.broadcast(SPECIES, factorB);
    FloatVector x0 = FloatVector.broadcast(SPECIES, 0.0f);
    FloatVector x1 = FloatVector.broadcast(SPECIES, 0.1f);
    FloatVector x2 = FloatVector.broadcast(SPECIES, 0.2f);
    FloatVector x3 = FloatVector.broadcast(SPECIES, 0.3f);
    FloatVector x4 = FloatVector.broadcast(SPECIES, 0.4f);
    FloatVector x5 = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector x6 = FloatVector.broadcast(SPECIES, 0.6f);
    FloatVector x7 = FloatVector.broadcast(SPECIES, 0.7f);
    FloatVector x8 = FloatVector.broadcast(SPECIES, 0.8f);
    FloatVector x9 = FloatVector.broadcast(SPECIES, 0.9f);
    FloatVector x10 = FloatVector.broadcast(SPECIES, 1.0f);
    FloatVector x11 = FloatVector.broadcast(SPECIES, 1.1f);
    FloatVector x12 = FloatVector.broadcast(SPECIES, 1.2f);
    FloatVector x13 = FloatVector.broadcast(SPECIES, 1.3f);
    FloatVector x14 = FloatVector.broadcast(SPECIES, 1.4f);
    FloatVector x15 = FloatVector.broadcast(SPECIES, 1.5f);
    for (int round = 0; round < rounds; round++) {
      x0 = a.fma(b, x0);
      x1 = a.fma(b, x1);
      x2 = a.fma(b, x2);
      x3 = a.fma(b, x3);
      x4 = a.fma(b, x4);
      x5 = a.fma(b, x5);
      x6 = a.fma(b, x6);
      x7 = a.fma(b, x7);
      x8 = a.fma(b, x8);
      x9 = a.fma(b, x9);
      x10 = a.fma(b, x10);
      x11 = a.fma(b, x11);
      x12 = a.fma(b, x12);
      x13 = a.fma(b, x13);
      x14 = a.fma(b, x14);
      x15 = a.fma(b, x15);
    }
    FloatVector low = x0.add(x1).add(x2).add(x3).add(x4).add(x5).add(x6).add(x7);
    FloatVector high = x8.add(x9).add(x10).add(x11).add(x12).add(x13).add(x14).add(x15);
    return low.add(high).lane(0);
  }

  /// Prints the best of twenty turns.
  static void main() {
    warmUp();
    double best = 0;
    for (int turn = 0; turn < 20; turn++) {
      best = Math.max(best, gigaflops());
    }
    System.out.printf(Locale.ROOT, "FMA peak, one thread, %s: %.1f GFLOP/s%n", SPECIES, best);
  }
}
