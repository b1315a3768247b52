package dev.merapi.kernels.conv;

import dev.merapi.kernels.product.TileEpilogue;

/// What becomes of the complete sums of a convolution.
///
/// @param epilogue applied to each
/// @param pooling what follows
record Finishing(TileEpilogue epilogue, Pooling pooling) {
  /// What follows an epilogue.
  enum Pooling {
    NONE(1),
    /// The greatest of 2 x 2 neighbours, at every second position along both axes.
    MAX_OF_FOUR(2);

    private final int step;

    Pooling(int step) {
      this.step = step;
    }

    /// Positions of the convolution for one of the result, along each axis.
    int step() {
      return step;
    }
  }
}
