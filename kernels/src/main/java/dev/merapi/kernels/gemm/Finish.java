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

  private static final int MAX_VECTORS = 4;

  /// What becomes of the old contents of C.
  public enum Store {
    /// They are overwritten: this is the first block of k.
    OVERWRITE,
    /// The sums are added to them.
    ACCUMULATE
  }

  /// Most memory accesses of a method, a masked one counted twice. C1 makes some 10 KB of code of
  /// each, and a method that it gives up on comes to C2 late or never.
  private static final int ACCESSES = 24;

  private static final int OPERATIONS_OF_AN_ACCESS = 2;

  /// The structure for a tile, with as many vectors as C1 can take.
  static Finish of(Tile tile, Store store, Epilogue epilogue) {
    int vectors = Math.min(tile.vectors(), MAX_VECTORS);
    while (vectors > 1 && !new Finish(vectors, tile.lanes(), store, epilogue).hasFullForm()) {
      vectors--;
    }
    return new Finish(vectors, tile.lanes(), store, epilogue);
  }

  /// Whether there is a loop without masks for full tiles, beside the one with masks for all.
  boolean hasFullForm() {
    int accesses = store == Store.ACCUMULATE ? 3 : 2;
    int broadcasts = 0;
    for (Epilogue.Operand operand : epilogue.operands()) {
      if (operand.span() == Epilogue.Span.ROWS) {
        broadcasts++;
      } else {
        accesses++;
      }
    }
    int both = 3 * accesses + 2 * broadcasts;
    return vectors * (both + epilogue.operations() / OPERATIONS_OF_AN_ACCESS) <= ACCESSES;
  }

  /// Columns of a full tile; an extent may have fewer.
  int columns() {
    return vectors * lanes.count();
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
