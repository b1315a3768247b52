package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.RoutineBuilder;

/// A block of k in one word: its steps in the low 16 bits, above them whether it is the first of
/// the sum, and whether the last. In the high half is the row of the result where a strip begins.
///
/// @param word the packed form
record Phase(Int word) {
  private static final int HALF = 32;
  private static final int STEP_BITS = 16;
  private static final long FIRST = 1L << STEP_BITS;
  private static final long LAST = 2L << STEP_BITS;

  /// @param from first step of the block
  /// @param end of all steps
  static Phase of(RoutineBuilder r, Int from, Int end) {
    Int rest = end.minus(from);
    Int steps = rest.min(r.constant(Definition.BLOCK));
    // 1 where the condition holds, without a branch: a number below 1 is cut off.
    Int first = r.constant(1).minus(from.min(r.constant(1)));
    Int last = r.constant(1).minus(rest.minus(steps).min(r.constant(1)));
    return new Phase(steps.plus(first.times(FIRST)).plus(last.times(LAST)));
  }

  Int steps() {
    return word.field(0, STEP_BITS);
  }

  Int first() {
    return word.field(STEP_BITS, 1);
  }

  Int last() {
    return word.field(STEP_BITS + 1, 1);
  }

  /// The same for a strip that begins at a row.
  Phase at(Int row) {
    return new Phase(word.plus(row.shl(HALF)));
  }

  Int row() {
    return word.field(HALF, HALF);
  }
}
