package dev.merapi.kernels.ir.random;

import java.util.List;
import java.util.SplittableRandom;

/// Draws, the same for the same seed.
final class Dice {
  private static final float[] FLOATS = {
    0f,
    -0f,
    1f,
    -1f,
    0.5f,
    1.5f,
    2.5f,
    -2.5f,
    3f,
    1e-3f,
    0x1p-14f,
    0x1p-24f,
    0x1.8p-25f,
    65504f,
    65519.9f,
    65520f,
    0x1.01p0f,
    0x1.018p0f,
    0x1p-126f,
    0x1p-149f,
    -0x1p-130f,
    0x1p31f,
    -0x1p31f,
    0x1.fffffep30f,
    1e10f,
    Float.MAX_VALUE,
    1e-38f,
    16777217f,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };
  private static final double[] DOUBLES = {
    0x1p-1074,
    -0x1p-1022,
    0x1.000001p0,
    0x1.0000010000001p0,
    0x1p31,
    0x1.fffffffcp30,
    0x1p-150,
    1e300,
    Double.MAX_VALUE,
    1e-300,
    0x1p63
  };
  private static final long[] LONGS = {
    0,
    1,
    -1,
    2,
    31,
    32,
    33,
    63,
    64,
    127,
    128,
    255,
    -128,
    -129,
    32767,
    65535,
    65536,
    0x7fffffffL,
    -0x80000000L,
    0x80000000L,
    0xffffffffL,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0x5555555555555555L
  };

  private final SplittableRandom random;

  Dice(long seed) {
    random = new SplittableRandom(seed);
  }

  /// From 0 to below a limit.
  int below(int limit) {
    return random.nextInt(limit);
  }

  /// From one number to another, both included.
  long between(long low, long high) {
    return random.nextLong(low, high + 1);
  }

  boolean percent(int chance) {
    return random.nextInt(100) < chance;
  }

  <T> T of(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  @SafeVarargs
  final <T> T of(T... all) {
    return all[random.nextInt(all.length)];
  }

  long bits() {
    return random.nextLong();
  }

  /// Mostly moderate, so that arithmetic does not end in NaN too soon.
  double number() {
    int kind = random.nextInt(10);
    return kind < 6
        ? (float) random.nextDouble(-4, 4)
        : kind < 7 ? random.nextInt(-40, 40) / 4.0 : kind < 9 ? of(FLOATS) : of(DOUBLES);
  }

  private double of(float[] all) {
    return all[random.nextInt(all.length)];
  }

  private double of(double[] all) {
    return all[random.nextInt(all.length)];
  }

  long integer() {
    int kind = random.nextInt(10);
    return kind < 5
        ? random.nextLong(-40, 40)
        : kind < 8 ? LONGS[random.nextInt(LONGS.length)] : random.nextLong();
  }
}
