package dev.merapi.kernels.conv;

import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.target.Target;

/// The lanes of routines whose vectors run along lines.
///
/// Where registers have 16 lanes, vectors under a mask are as fast as others. Narrower ones have no
/// masks of their own: there a line should be as long as a vector at least, so that its last vector
/// is moved back to its end.
final class LineLanes {
  private LineLanes() {}

  /// The lanes for lines of so many elements.
  static int of(int elements, Target target) {
    return of(elements, elements, target);
  }

  /// The lanes for lines of different lengths.
  static int of(int shortest, int longest, Target target) {
    int most = target.registerLanes();
    return most >= Lanes.L16.count()
        ? Lanes.fitting(longest, Lanes.L16).count()
        : Math.min(most, Integer.highestOneBit(Math.max(1, shortest)));
  }
}
