package dev.merapi.kernels.conv;

import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;

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
/// @param lanes vector width
record WinogradOutput(Lanes lanes) {
  static final int PRODUCTS = 0;
  static final int SUMS = 1;
  static final int EXTENT = 2;
  static final int LINE_BYTES = 3;
  static final int CHANNEL_BYTES = 4;
  static final int ELEMENT_BYTES = 5;

  /// Bytes before the sums that the widest vector takes.
  static final int CHECK_BYTES = 64;

  /// The structure for lines of so many tiles.
  static WinogradOutput of(int tiles, Lanes widest) {
    return new WinogradOutput(Lanes.fitting(tiles, widest));
  }

  /// Tiles of a line, rounded up.
  int width(int tiles) {
    return Math.ceilDiv(tiles, lanes.count()) * lanes.count();
  }

  /// The kernel of this structure, shared through the cache.
  TieredKernel in(KernelCache cache) {
    return cache.get(
        this,
        () ->
            new TieredKernel(
                WinogradOutputCode.emit(Lanes.SCALAR),
                () -> WinogradOutputCode.emit(lanes),
                new WinogradOutputTrial(lanes)));
  }
}
