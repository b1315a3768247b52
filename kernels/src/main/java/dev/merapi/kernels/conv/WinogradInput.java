package dev.merapi.kernels.conv;

import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;

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
/// @param lanes vector width
record WinogradInput(Lanes lanes) {
  static final int SOURCE = 0;
  static final int TARGET = 1;
  static final int EXTENT = 2;
  static final int PLANE_BYTES = 3;
  static final int CHANNEL_BYTES = 4;
  static final int ELEMENT_BYTES = 5;

  /// The kernel of this structure, shared through the cache.
  TieredKernel in(KernelCache cache) {
    return cache.get(
        this,
        () ->
            new TieredKernel(
                WinogradInputCode.emit(Lanes.SCALAR),
                () -> WinogradInputCode.emit(lanes),
                new WinogradInputTrial(lanes)));
  }
}
