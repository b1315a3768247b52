package dev.merapi.kernels.conv;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.target.PlanKernels;

/// The structure of a kernel that copies a window of each of several planes, `run(source, target,
/// extent, lineStrides, planeStrides, spread)`.
///
/// - `extent`: columns and lines of the window, a [#pair].
/// - `lineStrides`, `planeStrides`: bytes from one line or plane to the next in source and target,
///   a [#pair] each.
/// - `spread`: planes, and the distance of the elements of a line, see [#spread].
///
/// @param lines whether the elements of a line lie side by side
/// @param lanes of a vector, without a meaning for spread lines
record PlaneCopy(Lines lines, int lanes) {
  static final int STEP_BITS = 16;
  static final int MOST_STEP = (1 << STEP_BITS) - 1;

  /// How the elements of a line lie.
  enum Lines {
    /// Side by side in both source and target: copied as vectors.
    DENSE,
    /// Every second element of the source goes to the next place of the target: sorted out in
    /// vectors.
    HALVED,
    /// At another distance in one of them: copied one by one.
    SPREAD
  }

  /// How the elements of a line lie at these distances.
  static Lines lines(int sourceStep, int targetStep) {
    if (targetStep > 1 || sourceStep > 2) {
      return Lines.SPREAD;
    }
    return sourceStep == 1 ? Lines.DENSE : Lines.HALVED;
  }

  /// Two `int`s in one argument.
  static long pair(long low, long high) {
    return (low & 0xffff_ffffL) | high << Integer.SIZE;
  }

  /// Planes, and floats from one element of a line to the next in source and target.
  static long spread(int planes, int sourceStep, int targetStep) {
    return planes
        | (long) sourceStep << Integer.SIZE
        | (long) targetStep << Integer.SIZE + STEP_BITS;
  }

  /// The kernel of this structure.
  Kernel in(PlanKernels kernels) {
    return kernels.make(
        this, () -> PlaneCopyRoutine.of(lines, lanes), () -> new PlaneCopyTrial(this));
  }
}
