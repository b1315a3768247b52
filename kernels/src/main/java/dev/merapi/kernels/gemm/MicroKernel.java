package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.TieredKernel;

/// The structure of a micro-kernel, `run(a, b, c, steps, strideC, stride)`: it multiplies `steps`
/// columns of a tile's rows of A by as many rows of a tile's columns of B, and stores the sums of a
/// whole tile. What else there is to do with a sum is done by a [Finish].
///
/// - `a`, `b`: see [Layout].
/// - `c`: where the tile goes, all its rows and columns.
/// - `steps`: how many k, from 0.
/// - `strideC`: bytes from one row of the tile to the next.
/// - `stride`: bytes from one row to the next of the operand that is not packed: of A for
///   [Layout#ROWS], from 0 to 2^31 - 1, of B for [Layout#STRIDED].
///
/// @param tile what it keeps in registers
/// @param layout how it finds its operands
public record MicroKernel(Tile tile, Layout layout) {
  static final int A = 0;
  static final int B = 1;
  static final int C = 2;
  static final int STEPS = 3;
  static final int STRIDE_C = 4;
  static final int STRIDE = 5;

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
