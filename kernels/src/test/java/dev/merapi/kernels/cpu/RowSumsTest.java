package dev.merapi.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowSumsTest {
  /// Sums of numbers of one sign, of which a chain of floats would lose digits.
  @ParameterizedTest
  @CsvSource({"3, 40000, 1", "3, 2000, 65", "50, 7, 64", "1, 1, 130", "4, 0, 5", "0, 0, 5"})
  void floatsAreTheExactSumsRounded(int size, int count, int length) {
    var random = new Random(size + count + length);
    float[] result = floats(size * length, random);
    float[] rows = floats(count * length, random);
    int[] indices = random.ints(count, 0, Math.max(1, size)).toArray();
    BigDecimal[] sums = new BigDecimal[size * length];
    Arrays.setAll(sums, i -> new BigDecimal(result[i]));
    for (int i = 0; i < count; i++) {
      for (int e = 0; e < length; e++) {
        int at = indices[i] * length + e;
        sums[at] = sums[at].add(new BigDecimal(rows[i * length + e]));
      }
    }
    float[] expected = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      expected[i] = sums[i].floatValue();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment to = arena.allocateFrom(ValueLayout.JAVA_FLOAT, result);
      add(arena, new RowSums(size, count, length, true), indices, floats(arena, rows), to);
      assertArrayEquals(expected, to.toArray(ValueLayout.JAVA_FLOAT));
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 2000, 65", "2, 5, 1"})
  void integersWrapAround(int size, int count, int length) {
    var random = new Random(size + count + length);
    int[] result = random.ints((long) size * length).toArray();
    int[] rows = random.ints((long) count * length).toArray();
    int[] indices = random.ints(count, 0, size).toArray();
    int[] expected = result.clone();
    for (int i = 0; i < count; i++) {
      for (int e = 0; e < length; e++) {
        expected[indices[i] * length + e] += rows[i * length + e];
      }
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment to = arena.allocateFrom(ValueLayout.JAVA_INT, result);
      MemorySegment from = arena.allocateFrom(ValueLayout.JAVA_INT, rows);
      add(arena, new RowSums(size, count, length, false), indices, from, to);
      assertArrayEquals(expected, to.toArray(ValueLayout.JAVA_INT));
    }
  }

  private static void add(
      Arena arena, RowSums sums, int[] indices, MemorySegment rows, MemorySegment result) {
    long scratch = arena.allocate(sums.bytes(), Double.BYTES).address();
    long others = arena.allocate((long) indices.length * Integer.BYTES, Integer.BYTES).address();
    long chosen = arena.allocateFrom(ValueLayout.JAVA_INT, indices).address();
    sums.clear(scratch);
    sums.link(others, scratch);
    sums.unlink(others, scratch);
    sums.link(chosen, scratch);
    sums.add(rows.address(), chosen, result.address(), scratch);
  }

  private static MemorySegment floats(Arena arena, float[] values) {
    return arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
  }

  private static float[] floats(int count, Random random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = 0.1f + random.nextFloat();
    }
    return values;
  }
}
