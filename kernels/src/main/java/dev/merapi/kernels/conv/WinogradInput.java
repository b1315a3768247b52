package dev.merapi.kernels.conv;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.target.PlanKernels;

/// The structure of a kernel that transforms the pixels under the tiles of several channels,
/// `run(source, target, extent, planeBytes, channelBytes, elementBytes)`: `V = B' d B`.
///
/// A channel has four planes, for even and odd rows and columns; tile `p` finds its pixels there
/// from place `p` on. Element `e` of its transform goes to `target + e * elementBytes + 4 p`.
///
/// - `extent`: tiles, a multiple of the lanes, and channels, a [PlaneCopy#pair].
/// - `planeBytes`: bytes from one plane to the next, and from one line to the next.
/// - `channelBytes`: bytes from one channel to the next in source and target.
///
/// @param lanes of a vector
record WinogradInput(int lanes) {
  /// The kernel of this structure.
  Kernel in(PlanKernels kernels) {
    return kernels.make(
        this, () -> WinogradInputRoutine.of(lanes), () -> new WinogradInputTrial(lanes));
  }
}
