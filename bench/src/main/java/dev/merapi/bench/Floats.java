package dev.merapi.bench;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Off-heap arrays for the contenders, aligned to 64 bytes.
final class Floats {
  private static final int ALIGNMENT = 64;

  private Floats() {}

  /// Values in [-1, 1), the same for the same seed.
  static MemorySegment random(long count, long seed, Arena arena) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    MemorySegment array = room(count, arena);
    for (long i = 0; i < count; i++) {
      array.setAtIndex(JAVA_FLOAT, i, random.nextFloat(-1f, 1f));
    }
    return array;
  }

  /// Room for a result, filled with NaN so that an element left out shows.
  static MemorySegment result(long count, Arena arena) {
    MemorySegment array = room(count, arena);
    for (long i = 0; i < count; i++) {
      array.setAtIndex(JAVA_FLOAT, i, Float.NaN);
    }
    return array;
  }

  private static MemorySegment room(long count, Arena arena) {
    return arena.allocate(JAVA_FLOAT.byteSize() * count, ALIGNMENT);
  }

  /// What rounding may add up to in a sum of so many products below one.
  static double tolerance(long products) {
    return Math.ulp(1f) * 2.0 * products;
  }
}
