package dev.merapi.kernels.ir.random;

import dev.merapi.kernels.ir.build.RoutineBuilder;
import java.util.List;

/// What all that draws a routine shares.
///
/// @param buffers the memory; pointers into the argument block are not in the pools
/// @param counts the lane counts that this routine uses
record Draft(
    Dice dice, RoutineBuilder builder, Pools pools, List<Buffer> buffers, List<Integer> counts) {
  int count() {
    return dice.of(counts);
  }
}
