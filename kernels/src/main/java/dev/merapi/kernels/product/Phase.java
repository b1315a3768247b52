package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.build.Int;

/// What strips are multiplied in, in one word: the steps of the block of k in the low 16 bits, and
/// flags above them. In the high half is the row of the result where a strip begins.
///
/// @param word the packed form
record Phase(Int word) {
  /// The block is the first of the sum.
  static final int FIRST = 1;

  /// It is the last.
  static final int LAST = 2;

  /// Rows of A are to be packed: they have not been for another group of columns.
  static final int PACKS = 4;

  /// More strips of rows follow behind the last.
  private static final int FOLLOWS = 8;

  private static final int HALF = 32;
  private static final int STEP_BITS = 16;

  /// The word of a block.
  ///
  /// @param flags their sum
  static long word(int steps, int flags) {
    return (long) flags << STEP_BITS | steps;
  }

  /// The same for strips that begin at a row.
  ///
  /// @param follows whether others do
  static long at(long word, long row, boolean follows) {
    return word | (follows ? (long) FOLLOWS << STEP_BITS : 0) | row << HALF;
  }

  Int steps() {
    return word.field(0, STEP_BITS);
  }

  Int first() {
    return flag(FIRST);
  }

  Int last() {
    return flag(LAST);
  }

  Int packs() {
    return flag(PACKS);
  }

  Int follows() {
    return flag(FOLLOWS);
  }

  private Int flag(int flag) {
    return word.field(STEP_BITS + Integer.numberOfTrailingZeros(flag), 1);
  }

  Int row() {
    return word.field(HALF, HALF);
  }
}
