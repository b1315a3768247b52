package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;

/// The structure of a kernel that takes a tile's sums to their place in the result, `run(sums,
/// strideSums, c, strideC, extent, block)`. It cuts off the rows and columns that lie outside, adds
/// to what C holds, and applies the epilogue.
///
/// - `sums`: the tile; it may be its place in C as well.
/// - `strideSums`, `strideC`: bytes from one row to the next.
/// - `extent`: rows and columns to write, as many columns as `vectors` hold at most, packed by
///   [TileArguments#extent].
/// - `block`: [TileArguments], read by an epilogue with operands.
///
/// @param vectors vectors of a full tile's row
/// @param lanes vector width
/// @param store what becomes of the old contents of C
/// @param epilogue applied to the new ones
public record Finish(int vectors, Lanes lanes, Store store, Epilogue epilogue) {
  static final int SUMS = 0;
  static final int STRIDE_SUMS = 1;
  static final int C = 2;
  static final int STRIDE_C = 3;
  static final int EXTENT = 4;
  static final int BLOCK = 5;

  /// What becomes of the old contents of C.
  public enum Store {
    /// They are overwritten: this is the first block of k.
    OVERWRITE,
    /// The sums are added to them.
    ACCUMULATE
  }

  /// Columns of a full tile; an extent may have fewer.
  int columns() {
    return vectors * lanes.count();
  }

  Finish with(Store newStore, Epilogue newEpilogue) {
    return new Finish(vectors, lanes, newStore, newEpilogue);
  }

  /// The kernel of this structure, shared through the cache.
  public TieredKernel in(KernelCache cache) {
    return cache.get(
        this,
        () ->
            new TieredKernel(
                new FinishCode(this).emit(Lanes.SCALAR),
                () -> new FinishCode(this).emit(lanes),
                new FinishTrial(this)));
  }
}
