package dev.merapi.kernels.conv;

import dev.merapi.kernels.product.Definition;

/// Which convolutions are computed by Winograd's minimal filtering, and what its tiles are.
///
/// F(2x2, 3x3) (Lavin and Gray, arXiv:1509.09308) computes four neighbouring outputs, a tile, from
/// 4 x 4 pixels with 16 multiplications for each input channel, where the plain sum has 36. The
/// tiles of an image are themselves the outputs of a correlation of 4 x 4 taps and stride 2.
final class Winograd {
  /// Elements of a tile's transform.
  static final int ELEMENTS = 16;

  /// Pixels, or elements of the transform, along one axis.
  static final int SIDE = 4;

  /// Outputs of a tile along one axis.
  static final int STEP = 2;

  private static final int TAPS = 3;

  /// With fewer channels the transforms cost more than the multiplications that they save; with
  /// more, the sum over them would need several blocks.
  private static final int LEAST_CHANNELS = 16;

  private static final int MOST_CHANNELS = Definition.BLOCK;

  /// With fewer outputs along an axis too few tiles are whole.
  private static final int LEAST_OUTPUTS = 9;

  private Winograd() {}

  /// Whether a correlation is computed this way: a function of its shape alone, because it decides
  /// on bits.
  static boolean serves(Correlation problem) {
    return serves(problem.rows())
        && serves(problem.columns())
        && problem.inputs() >= LEAST_CHANNELS
        && problem.inputs() <= MOST_CHANNELS
        && problem.outputs() >= LEAST_CHANNELS;
  }

  private static boolean serves(Axis axis) {
    return axis.taps() == TAPS
        && axis.stride() == 1
        && axis.dilation() == 1
        && axis.insert() == 1
        && axis.output() >= LEAST_OUTPUTS;
  }

  /// The correlation whose outputs are the tiles.
  static Correlation tiles(Correlation problem) {
    return new Correlation(
        problem.batch(),
        problem.groups(),
        problem.inputs(),
        problem.outputs(),
        tiles(problem.rows()),
        tiles(problem.columns()));
  }

  private static Axis tiles(Axis axis) {
    int tiles = Math.ceilDiv(axis.output(), STEP);
    return new Axis(axis.source(), tiles, SIDE, STEP, 1, 1, axis.pad());
  }
}
