package dev.merapi.kernels.conv;

import dev.merapi.kernels.target.Target;

/// The lanes of routines whose vectors run along lines.
///
/// Where registers have 16 lanes, vectors under a mask are as fast as others. Narrower ones have no
/// masks of their own: there a line should be as long as a vector at least, so that its last vector
/// is moved back to its end.
final class LineLanes {
  /// Lanes of registers with masks, and of the narrowest vectors that are worth it.
  private static final int WITH_MASKS = 16;

  private static final int FEWEST = 4;

  private LineLanes() {}

  /// The lanes for lines of so many elements.
  static int of(int elements, Target target) {
    return of(elements, elements, target);
  }

  /// The lanes for lines of different lengths.
  static int of(int shortest, int longest, Target target) {
    int most = target.registerLanes();
    return most >= WITH_MASKS
        ? ofWhole(longest, target)
        : Math.min(most, Integer.highestOneBit(Math.max(1, shortest)));
  }

  /// The lanes for lines of whole vectors that hold so many elements: few vectors, and narrow ones
  /// among equals.
  static int ofWhole(int elements, Target target) {
    int best = target.registerLanes();
    for (int lanes = FEWEST; lanes < best; lanes *= 2) {
      if (cost(elements, lanes) < cost(elements, best)) {
        best = lanes;
      }
    }
    return best;
  }

  private static int cost(int elements, int lanes) {
    return Math.ceilDiv(elements, lanes) * (WITH_MASKS + lanes);
  }
}
