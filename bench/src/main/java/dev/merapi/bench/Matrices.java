package dev.merapi.bench;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Two random square matrices and room for results.
///
/// @param size rows and columns of each
record Matrices(int size, MemorySegment a, MemorySegment b, Arena arena) {
  static Matrices random(int size, long seed, Arena arena) {
    long count = (long) size * size;
    MemorySegment a = Floats.random(count, seed, arena);
    return new Matrices(size, a, Floats.random(count, seed + 1, arena), arena);
  }

  MemorySegment result() {
    return Floats.result((long) size * size, arena);
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

  private float at(MemorySegment matrix, int row, int column) {
    return matrix.getAtIndex(JAVA_FLOAT, (long) row * size + column);
  }
}
