package dev.merapi;

import dev.merapi.MerapiException.Kind;
import java.nio.charset.StandardCharsets;

/// The source of all randomness: a 64-bit key whose numbers are a pure function of key and index.
///
/// Numbers come from Philox4x32-10 (J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel
/// random numbers: as easy as 1, 2, 3", SC'11). A key has no state: asking twice gives the same
/// numbers, and independent streams are made with [#split(String)] or [#split(long)]. Parameters
/// draw from keys split by their names, so that adding a layer leaves the others' numbers alone.
///
/// @param low the low word of the key
/// @param high the high word of the key
public record RandomKey(int low, int high) {
  /// The key of a seed.
  public static RandomKey of(long seed) {
    return new RandomKey((int) seed, (int) (seed >>> 32));
  }

  /// The key of an independent stream, named by a number.
  public RandomKey split(long index) {
    return absorb((int) index, (int) (index >>> 32), 0, NUMBER);
  }

  /// The key of an independent stream, named by a text.
  public RandomKey split(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    RandomKey key = this;
    for (int start = 0; start < bytes.length; start += 3 * Integer.BYTES) {
      key = key.absorb(word(bytes, start), word(bytes, start + 4), word(bytes, start + 8), TEXT);
    }
    return key.absorb(bytes.length, 0, 0, END);
  }

  /// Counters whose last word is not below this are for splitting; numbers use those below.
  private static final int NUMBER = -1;

  private static final int TEXT = -2;
  private static final int END = -3;

  private RandomKey absorb(int a, int b, int c, int domain) {
    int[] block = {a, b, c, domain};
    Philox.apply(block, low, high);
    return new RandomKey(block[0], block[1]);
  }

  private static int word(byte[] bytes, int start) {
    int word = 0;
    for (int i = Math.min(start + Integer.BYTES, bytes.length) - 1; i >= start; i--) {
      word = word << Byte.SIZE | (bytes[i] & 0xff);
    }
    return word;
  }

  /// Numbers spread evenly over `[low, high)`, each a function of this key and its index.
  public float[] uniform(int count, double low, double high) {
    int[] bits = bits(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (low + (high - low) * unit(bits[i]));
    }
    return values;
  }

  /// Normally distributed numbers (the method of Box and Muller on pairs of words).
  public float[] normal(int count, double mean, double deviation) {
    int[] bits = bits(Math.multiplyExact(Math.ceilDiv(count, 2), 2));
    float[] values = new float[count];
    for (int i = 0; i < count; i += 2) {
      double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - unit(bits[i])));
      double angle = 2 * Math.PI * unit(bits[i + 1]);
      values[i] = (float) (mean + deviation * radius * StrictMath.cos(angle));
      if (i + 1 < count) {
        values[i + 1] = (float) (mean + deviation * radius * StrictMath.sin(angle));
      }
    }
    return values;
  }

  /// The numbers `0 ... count - 1` in random order (Fisher and Yates).
  public int[] permutation(int count) {
    if (count < 0) {
      throw MerapiException.of(Kind.ARGUMENT, "permutation: negative").with("count", count);
    }
    int[] order = new int[count];
    int[] bits = bits(count);
    for (int i = 0; i < count; i++) {
      // The high half of the product: 32 random bits scaled to 0 ... i.
      int j = (int) (Integer.toUnsignedLong(bits[i]) * (i + 1L) >>> Integer.SIZE);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /// The first words of this key's stream: word `i` is word `i % 4` of the block with counter `i /
  /// 4`.
  public int[] bits(int count) {
    int[] words = new int[count];
    int[] block = new int[4];
    for (int i = 0; i < count; i++) {
      if (i % 4 == 0) {
        block(i / 4, block);
      }
      words[i] = block[i % 4];
    }
    return words;
  }

  /// Fills an array with the four words `4 * counter ... 4 * counter + 3` of this key's stream.
  /// Allocates nothing.
  ///
  /// @param words of length 4
  public void block(long counter, int[] words) {
    words[0] = (int) counter;
    words[1] = (int) (counter >>> 32);
    words[2] = 0;
    words[3] = 0;
    Philox.apply(words, low, high);
  }

  /// The high 24 bits as a number of `[0, 1)`: every such `f32` is hit equally often.
  private static double unit(int bits) {
    return (bits >>> 8) * 0x1p-24;
  }
}
