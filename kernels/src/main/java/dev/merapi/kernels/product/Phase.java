package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.RoutineBuilder;

/// A block of k in one word: its steps in the low half, above them whether it is the first of the
/// sum, and whether the last.
///
/// @param word the packed form
record Phase(Int word) {
  private static final int HALF = 32;
  private static final long FIRST = 1L << HALF;
  private static final long LAST = 2L << HALF;

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
    return word.field(0, HALF);
  }

  Int first() {
    return word.field(HALF, 1);
  }

  Int last() {
    return word.field(HALF + 1, 1);
  }
}
