package dev.merapi.kernels.conv;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.target.PlanKernels;
import dev.merapi.kernels.target.Target;

/// The structure of a kernel that turns the products of several channels into their sums,
/// `run(products, sums, extent, lineBytes, channelBytes, elementBytes)`: `Y = A' m A`.
///
/// Element `e` of tile `(i, j)` is at `products + e * elementBytes + i * line + 4 j`. Its four
/// outputs go to the lines `2 i` and `2 i + 1` of sums, columns `2 j` and `2 j + 1`. A vector that
/// is zero only if all of them are finite, those of the rounded columns too, goes to `sums -
/// CHECK_BYTES`.
///
/// - `extent`: tiles of a line, rounded up to a multiple of the lanes, lines of tiles and channels,
///   a [LineFinish#extent].
/// - `lineBytes`: bytes from one line of tiles to the next, and from one line of sums to the next.
/// - `channelBytes`: bytes from one channel to the next in products and sums.
///
/// @param lanes of a vector
record WinogradOutput(int lanes) {
  /// Bytes before the sums that the widest vector takes.
  static final int CHECK_BYTES = 64;

  /// The structure for lines of so many tiles.
  static WinogradOutput of(int tiles, Target target) {
    return new WinogradOutput(LineLanes.ofWhole(tiles, target));
  }

  /// Tiles of a line, rounded up.
  int width(int tiles) {
    return Math.ceilDiv(tiles, lanes) * lanes;
  }

  /// The kernel of this structure.
  Kernel in(PlanKernels kernels) {
    return kernels.make(
        this, () -> WinogradOutputRoutine.of(lanes), () -> new WinogradOutputTrial(lanes));
  }
}
