package dev.merapi.kernels.emit;

import static dev.merapi.kernels.emit.Memory.ALL;

import java.lang.foreign.ValueLayout;

/// Sums of many terms: chains of floats, as short as [#CHAIN], are added up in double.
///
/// A block of `count` sums lies at an address of 8 bytes alignment: the floats of the current
/// chains, then the doubles. Kernels call these methods once in a chain, so they need not be
/// inlined, and cost a kernel no registers of C1.
public final class DoubleSums {
  /// Most terms that are added as floats. Equal ones are off by at most `11 * 2^-24` then, 6.4e-7,
  /// and any of one sign by `32 * 2^-25`.
  public static final int CHAIN = 32;

  /// Bytes of a block for each sum.
  public static final int BYTES = Float.BYTES + Double.BYTES;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;

  private DoubleSums() {}

  /// Sets all to zero.
  public static void clear(long block, int count) {
    long floats = block & Memory.ADDRESS_BITS;
    long doubles = floats + (long) Float.BYTES * count;
    for (int i = 0; i < count; i++) {
      ALL.set(FLOAT, floats + ((long) i << 2), 0);
      ALL.set(DOUBLE, doubles + ((long) i << 3), 0);
    }
  }

  /// Adds the floats to the doubles.
  public static void endChain(long block, int count) {
    long floats = block & Memory.ADDRESS_BITS;
    long doubles = floats + (long) Float.BYTES * count;
    for (int i = 0; i < count; i++) {
      double sum =
          ALL.get(FLOAT, floats + ((long) i << 2)) + ALL.get(DOUBLE, doubles + ((long) i << 3));
      ALL.set(DOUBLE, doubles + ((long) i << 3), sum);
    }
  }

  /// The same, and sets the floats to zero.
  public static void endChainInMemory(long block, int count) {
    endChain(block, count);
    long floats = block & Memory.ADDRESS_BITS;
    for (int i = 0; i < count; i++) {
      ALL.set(FLOAT, floats + ((long) i << 2), 0);
    }
  }

  /// Writes each sum, rounded, in the place of its float.
  public static void round(long block, int count) {
    long floats = block & Memory.ADDRESS_BITS;
    long doubles = floats + (long) Float.BYTES * count;
    for (int i = 0; i < count; i++) {
      double sum = ALL.get(DOUBLE, doubles + ((long) i << 3));
      ALL.set(FLOAT, floats + ((long) i << 2), (float) sum);
    }
  }

  /// Joins all sums, as many as a power of two, and rounds the result: `d[i] = d[i] + d[i + half]`
  /// until one is left.
  public static float join(long block, int count) {
    long doubles = (block & Memory.ADDRESS_BITS) + (long) Float.BYTES * count;
    for (int half = count >> 1; half > 0; half >>= 1) {
      for (int i = 0; i < half; i++) {
        double upper = ALL.get(DOUBLE, doubles + ((long) (i + half) << 3));
        double sum = ALL.get(DOUBLE, doubles + ((long) i << 3)) + upper;
        ALL.set(DOUBLE, doubles + ((long) i << 3), sum);
      }
    }
    return (float) ALL.get(DOUBLE, doubles);
  }
}
