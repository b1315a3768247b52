package dev.merapi.kernels.loop;

import dev.merapi.kernels.ir.build.Mask;

/// Where the lanes of one vector are, and which of them there are.
///
/// @param place of the turn
/// @param vector its number in the turn
/// @param mask lanes to read and write
record NestLanes(NestPlace place, int vector, Mask mask) {
  int count() {
    return mask.count();
  }

  /// Elements of the turn before this vector.
  int first() {
    return vector * count();
  }
}
