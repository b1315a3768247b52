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
      sum += chains(ROUNDS, 0.999f, 0.001f);
    }
    long nanos = System.nanoTime() - start;
    // Every chain tends to 0.001 / (1 - 0.999) = 1: a wrong value means that no work was measured.
    if (!(Math.abs(sum / CALLS - CHAINS) < 0.1f)) {
      throw new IllegalStateException("peak probe: wrong result: sum=" + sum);
    }
    double operations = 2.0 * CHAINS * SPECIES.length() * ROUNDS * CALLS;
    return operations / nanos;
  }

  /// Lane 0 of the sum of sixteen chains `x = x * scale + shift`.
  private static float chains(int rounds, float scale, float shift) {
    FloatVector m = FloatVector.broadcast(SPECIES, scale);
    FloatVector a = FloatVector.broadcast(SPECIES, shift);
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
      x0 = x0.fma(m, a);
      x1 = x1.fma(m, a);
      x2 = x2.fma(m, a);
      x3 = x3.fma(m, a);
      x4 = x4.fma(m, a);
      x5 = x5.fma(m, a);
      x6 = x6.fma(m, a);
      x7 = x7.fma(m, a);
      x8 = x8.fma(m, a);
      x9 = x9.fma(m, a);
      x10 = x10.fma(m, a);
      x11 = x11.fma(m, a);
      x12 = x12.fma(m, a);
      x13 = x13.fma(m, a);
      x14 = x14.fma(m, a);
      x15 = x15.fma(m, a);
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
