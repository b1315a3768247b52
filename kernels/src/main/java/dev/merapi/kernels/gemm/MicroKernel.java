package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.TieredKernel;

/// The structure of a micro-kernel, `run(a, b, c, steps, strideC, strideB)`: it multiplies `steps`
/// columns of a panel of A by as many rows of B, and stores the sums of a whole tile. What else
/// there is to do with a sum is done by a [Finish].
///
/// - `a`: a packed panel, [Tile#rows] floats for each step.
/// - `b`: see [Layout].
/// - `c`: where the tile goes, all its rows and columns.
/// - `steps`: how many k, from 0.
/// - `strideC`: bytes from one row of the tile to the next.
/// - `strideB`: bytes from one row of B to the next, for [Layout#STRIDED].
///
/// @param tile what it keeps in registers
/// @param layout how it finds B
public record MicroKernel(Tile tile, Layout layout) {
  static final int A = 0;
  static final int B = 1;
  static final int C = 2;
  static final int STEPS = 3;
  static final int STRIDE_C = 4;
  static final int STRIDE_B = 5;

  /// The kernel of this structure, shared through the cache.
  public TieredKernel in(KernelCache cache) {
    return cache.get(
        this,
        () ->
            new TieredKernel(
                TileTwin.emit(tile, layout),
                () -> VectorTile.emit(tile, layout),
                new TileTrial(this)));
  }
}
