package dev.merapi.bench;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Two random square matrices, values in [-1, 1), and room for results.
///
/// @param size rows and columns of each
record Matrices(int size, MemorySegment a, MemorySegment b, Arena arena) {
  private static final int ALIGNMENT = 64;

  static Matrices random(int size, long seed, Arena arena) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    return new Matrices(size, filled(size, random, arena), filled(size, random, arena), arena);
  }

  private static MemorySegment filled(int size, RandomGenerator random, Arena arena) {
    MemorySegment matrix = room(size, arena);
    for (long i = 0; i < (long) size * size; i++) {
      matrix.setAtIndex(JAVA_FLOAT, i, random.nextFloat(-1f, 1f));
    }
    return matrix;
  }

  private static MemorySegment room(int size, Arena arena) {
    return arena.allocate(JAVA_FLOAT.byteSize() * size * size, ALIGNMENT);
  }

  /// A matrix for a result, filled with NaN so that an element left out shows.
  MemorySegment result() {
    MemorySegment matrix = room(size, arena);
    for (long i = 0; i < (long) size * size; i++) {
      matrix.setAtIndex(JAVA_FLOAT, i, Float.NaN);
    }
    return matrix;
  }

  /// The largest difference of a result from the product in double, over every `step`-th row and
  /// column; NaN if the result holds one there.
  double error(MemorySegment c, int step) {
    double worst = 0;
    for (int i = 0; i < size; i += step) {
      for (int j = 0; j < size; j += step) {
        double exact = 0;
        for (int k = 0; k < size; k++) {
          exact += (double) at(a, i, k) * at(b, k, j);
        }
        worst = Math.max(worst, Math.abs(exact - at(c, i, j)));
      }
    }
    return worst;
  }

  /// What rounding may add up to in a sum of `size` products below one.
  double tolerance() {
    return Math.ulp(1f) * 2.0 * size;
  }

  private float at(MemorySegment matrix, int row, int column) {
    return matrix.getAtIndex(JAVA_FLOAT, (long) row * size + column);
  }
}
