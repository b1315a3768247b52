package dev.merapi.kernels.cpu;

import static dev.merapi.kernels.jit.Memory.ALL;

import java.lang.foreign.ValueLayout;

/// Adds rows to those that indices choose. A float is the sum of all that meet there, in the order
/// of the indices, in double and rounded once: how many do depends on the data, so that a chain of
/// floats might be of any length.
///
/// The scratch memory holds for each row of the result the first index that chooses it, for each
/// index the next one that chooses the same row, and a piece of a row in double.
///
/// @param size rows of the result
/// @param count indices, at most [#MOST]
/// @param length elements of a row
/// @param isFloat whether they are floats, else integers
record RowSums(long size, long count, long length, boolean isFloat) {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final long ELEMENT = 4;

  /// Elements of a row that are added up at a time.
  private static final int PIECE = 64;

  private static final int NONE = -1;

  /// The most indices: their numbers are 4 bytes long.
  static final long MOST = Integer.MAX_VALUE;

  /// Bytes of the scratch memory, to be aligned to 8.
  long bytes() {
    return sums() + PIECE * Double.BYTES;
  }

  private long links() {
    return size * ELEMENT;
  }

  private long sums() {
    long bytes = links() + count * ELEMENT;
    return Math.ceilDiv(bytes, Double.BYTES) * Double.BYTES;
  }

  /// Makes the scratch memory ready: no index chooses anything.
  void clear(long scratch) {
    for (long row = 0; row < size; row++) {
      ALL.set(INT, scratch + row * ELEMENT, NONE);
    }
  }

  /// Finds out which indices choose each row.
  ///
  /// @param indices address of them, each from 0 to `size - 1`
  void link(long indices, long scratch) {
    for (long i = count - 1; i >= 0; i--) {
      long first = scratch + index(indices, i) * ELEMENT;
      ALL.set(INT, scratch + links() + i * ELEMENT, ALL.get(INT, first));
      ALL.set(INT, first, (int) i);
    }
  }

  /// Forgets it.
  void unlink(long indices, long scratch) {
    for (long i = 0; i < count; i++) {
      ALL.set(INT, scratch + index(indices, i) * ELEMENT, NONE);
    }
  }

  private static long index(long indices, long number) {
    return ALL.get(INT, indices + number * ELEMENT);
  }

  /// Adds rows to a result, by the indices that were linked.
  ///
  /// @param rows address of a row for each index
  void add(long rows, long indices, long result, long scratch) {
    for (int i = 0; i < count; i++) {
      long row = index(indices, i);
      if (ALL.get(INT, scratch + row * ELEMENT) == i) { // the first of those that choose it
        long target = result + row * length * ELEMENT;
        if (isFloat && next(i, scratch) != NONE) {
          for (long from = 0; from < length; from += PIECE) {
            int elements = (int) Math.min(PIECE, length - from);
            long at = from * ELEMENT;
            addFloats(i, rows + at, target + at, elements, scratch);
          }
        } else {
          addEach(i, rows, target, scratch);
        }
      }
    }
  }

  /// Adds one row after the other: integers, or a single row of floats, to which two roundings do
  /// what one does.
  private void addEach(int first, long rows, long target, long scratch) {
    for (int i = first; i != NONE; i = next(i, scratch)) {
      long row = rows + i * length * ELEMENT;
      for (long at = 0; at < length * ELEMENT; at += ELEMENT) {
        if (isFloat) {
          setFloat(target + at, getFloat(target + at) + getFloat(row + at));
        } else {
          ALL.set(INT, target + at, ALL.get(INT, target + at) + ALL.get(INT, row + at));
        }
      }
    }
  }

  private void addFloats(int first, long rows, long target, int elements, long scratch) {
    long sums = scratch + sums();
    for (int e = 0; e < elements; e++) {
      setDouble(sums + (long) e * Double.BYTES, getFloat(target + e * ELEMENT));
    }
    for (int i = first; i != NONE; i = next(i, scratch)) {
      long row = rows + i * length * ELEMENT;
      for (int e = 0; e < elements; e++) {
        long at = sums + (long) e * Double.BYTES;
        setDouble(at, getDouble(at) + getFloat(row + e * ELEMENT));
      }
    }
    for (int e = 0; e < elements; e++) {
      double sum = getDouble(sums + (long) e * Double.BYTES);
      setFloat(target + e * ELEMENT, (float) sum);
    }
  }

  private int next(int index, long scratch) {
    return ALL.get(INT, scratch + links() + index * ELEMENT);
  }

  // Numbers by way of integers of their size, whose accesses are linked when a session is bound: a
  // first run links nothing.

  private static float getFloat(long address) {
    return Float.intBitsToFloat(ALL.get(INT, address));
  }

  private static void setFloat(long address, float value) {
    ALL.set(INT, address, Float.floatToRawIntBits(value));
  }

  private static double getDouble(long address) {
    return Double.longBitsToDouble(ALL.get(LONG, address));
  }

  private static void setDouble(long address, double value) {
    ALL.set(LONG, address, Double.doubleToRawLongBits(value));
  }
}
