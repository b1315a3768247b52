package dev.merapi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomKeyTest {
  /// Known answers of the authors' reference implementation (Random123, kat_vectors).
  @Test
  void philoxGivesTheKnownAnswers() {
    assertBlock(
        new int[] {0, 0, 0, 0},
        new RandomKey(0, 0),
        new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    assertBlock(
        new int[] {-1, -1, -1, -1},
        new RandomKey(-1, -1),
        new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    assertBlock(
        new int[] {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
        new RandomKey(0xa4093822, 0x299f31d0),
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
  }

  private static void assertBlock(int[] counter, RandomKey key, int[] expected) {
    Philox.apply(counter, key.low(), key.high());
    assertArrayEquals(expected, counter);
  }

  @Test
  void numbersAreAFunctionOfKeyAndIndex() {
    RandomKey key = RandomKey.of(42);
    float[] few = key.uniform(5, -1, 1);
    float[] many = key.uniform(1000, -1, 1);
    assertArrayEquals(few, java.util.Arrays.copyOf(many, 5));
    for (float value : many) {
      assertTrue(value >= -1 && value < 1);
    }
  }

  @Test
  void splitKeysDifferByNameAndNumber() {
    var keys = new HashSet<RandomKey>();
    RandomKey root = RandomKey.of(7);
    keys.add(root);
    keys.add(root.split(""));
    for (int i = 0; i < 1000; i++) {
      keys.add(root.split(i));
      keys.add(root.split("" + i));
      keys.add(root.split("a name longer than one block of words " + i));
    }
    assertEquals(3002, keys.size());
    assertEquals(root.split("fc1.weight"), RandomKey.of(7).split("fc1.weight"));
    assertNotEquals(root.split("fc1.weight"), RandomKey.of(8).split("fc1.weight"));
  }

  @Test
  void uniformAndNormalHaveTheirMoments() {
    float[] uniform = RandomKey.of(1).uniform(100_000, 0, 1);
    assertEquals(0.5, mean(uniform), 0.005);
    float[] normal = RandomKey.of(2).normal(100_001, 3, 2);
    assertEquals(3, mean(normal), 0.03);
    double square =
        IntStream.range(0, normal.length)
            .mapToDouble(i -> normal[i] - 3.0)
            .map(x -> x * x)
            .average()
            .orElseThrow();
    assertEquals(4, square, 0.08);
  }

  private static double mean(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElseThrow();
  }

  @Test
  void aPermutationHasEveryNumberOnce() {
    for (int count : new int[] {0, 1, 2, 7, 1000}) {
      int[] order = RandomKey.of(3).permutation(count);
      int[] sorted = order.clone();
      java.util.Arrays.sort(sorted);
      assertArrayEquals(IntStream.range(0, count).toArray(), sorted);
    }
  }
}
