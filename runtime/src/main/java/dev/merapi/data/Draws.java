package dev.merapi.data;

import dev.merapi.RandomKey;

/// The random numbers of one row after the other: a function of a key and the row. Allocates
/// nothing once it is made.
final class Draws {
  /// Rows are so many blocks of random words apart; nothing draws that many.
  private static final int BLOCKS_A_ROW = 1 << 16;

  private final RandomKey key;
  private final int[] words = new int[4];
  private long counter;
  private int used = words.length;

  Draws(RandomKey key) {
    this.key = key;
  }

  /// Starts with the numbers of a row.
  void begin(int row) {
    counter = (long) row * BLOCKS_A_ROW;
    used = words.length;
  }

  private int next() {
    if (used == words.length) {
      key.block(counter++, words);
      used = 0;
    }
    return words[used++];
  }

  /// One of the numbers `0 ... count - 1`.
  int below(int count) {
    return (int) (Integer.toUnsignedLong(next()) * count >>> Integer.SIZE);
  }

  /// A number of `[low, high)`; `low` where both are equal.
  double between(double low, double high) {
    return low + (high - low) * ((next() >>> 8) * 0x1p-24);
  }
}
