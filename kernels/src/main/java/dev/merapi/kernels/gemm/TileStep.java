package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.gemm.Finish.Store;
import java.util.stream.Stream;

/// Computes one tile of C for one block of k: a micro-kernel, and after it what the place of the
/// tile and of the block ask for.
final class TileStep {
  /// A [Finish] kernel and the columns that it takes in one call.
  private record Finisher(TieredKernel kernel, int columns) {
    static Finisher of(Tile tile, Store store, Epilogue epilogue, KernelCache cache) {
      Finish finish = Finish.of(tile, store, epilogue);
      return new Finisher(finish.in(cache), finish.columns());
    }
  }

  private final Tile tile;
  private final long rowBytesC;
  private final long stride;

  /// Whether a tile that is cut off below begins as many rows higher, because A is read in place.
  private final boolean cutAbove;

  private final boolean hasEpilogue;
  private final TieredKernel full;
  private final TieredKernel partial;
  private final Finisher overwrite;
  private final Finisher accumulate;
  private final Finisher overwriteLast;
  private final Finisher accumulateLast;

  TileStep(Tile tile, Problem problem, Layout layout, Epilogue epilogue, KernelCache cache) {
    this.tile = tile;
    this.rowBytesC = problem.rowC() * Float.BYTES;
    Strides inPlace = layout == Layout.ROWS ? problem.a() : problem.b();
    this.stride = inPlace.row() * Float.BYTES;
    this.cutAbove = layout == Layout.ROWS;
    this.hasEpilogue = !epilogue.equals(Epilogue.NONE);
    this.full = new MicroKernel(tile, layout).in(cache);
    Layout rest = layout == Layout.STRIDED ? Layout.PACKED : layout;
    this.partial = new MicroKernel(tile, rest).in(cache);
    this.overwrite = Finisher.of(tile, Store.OVERWRITE, Epilogue.NONE, cache);
    this.accumulate = Finisher.of(tile, Store.ACCUMULATE, Epilogue.NONE, cache);
    this.overwriteLast = Finisher.of(tile, Store.OVERWRITE, epilogue, cache);
    this.accumulateLast = Finisher.of(tile, Store.ACCUMULATE, epilogue, cache);
  }

  /// Computes a tile.
  ///
  /// @param a panel of A, or the first of a tile's rows
  /// @param b panel of B
  /// @param c the tile's place in C
  /// @param steps length of the block of k
  /// @param extent rows and columns of the tile that lie in C, see [TileArguments#extent]
  /// @param when [Gemm#FIRST] and [Gemm#LAST], or-ed
  /// @param arguments the [TileArguments], with space for a tile behind them at `scratch`
  void run(long a, long b, long c, int steps, long extent, int when, long arguments, long scratch) {
    int rows = (int) extent;
    int columns = (int) (extent >>> TileArguments.COLUMNS_SHIFT);
    boolean first = (when & Gemm.FIRST) != 0;
    boolean epilogue = hasEpilogue && (when & Gemm.LAST) != 0;
    TieredKernel multiply = columns == tile.columns() ? full : partial;
    if (first && rows == tile.rows() && columns == tile.columns()) {
      multiply.run(a, b, c, steps, rowBytesC, stride);
      if (epilogue) {
        finish(overwriteLast, c, rowBytesC, c, extent, arguments);
      }
      return;
    }
    long rowBytes = (long) tile.columns() * Float.BYTES;
    multiply.run(a, b, scratch, steps, rowBytes, stride);
    Finisher finish =
        first ? (epilogue ? overwriteLast : overwrite) : epilogue ? accumulateLast : accumulate;
    long sums = cutAbove ? scratch + (tile.rows() - rows) * rowBytes : scratch;
    finish(finish, sums, rowBytes, c, extent, arguments);
  }

  private void finish(
      Finisher finisher, long sums, long stride, long c, long extent, long arguments) {
    int rows = (int) extent;
    int columns = (int) (extent >>> TileArguments.COLUMNS_SHIFT);
    int group = finisher.columns();
    TieredKernel kernel = finisher.kernel();
    if (columns <= group) {
      kernel.run(sums, stride, c, rowBytesC, extent, arguments);
      return;
    }
    int column = TileArguments.column(arguments);
    for (int j = 0; j < columns; j += group) {
      TileArguments.setColumn(arguments, column + j);
      long part = TileArguments.extent(rows, Math.min(group, columns - j));
      long bytes = (long) j * Float.BYTES;
      kernel.run(sums + bytes, stride, c + bytes, rowBytesC, part, arguments);
    }
  }

  Stream<TieredKernel> kernels() {
    // The small ones first: they bring the Vector API's own methods through the compilers, and a
    // micro-kernel that comes before is compiled worse, or not at all.
    return Stream.of(
        overwrite.kernel(),
        accumulate.kernel(),
        overwriteLast.kernel(),
        accumulateLast.kernel(),
        partial,
        full);
  }
}
