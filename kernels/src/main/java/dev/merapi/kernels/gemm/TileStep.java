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
  private final long rowBytes;
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

  TileStep(Tile tile, Problem problem, Layout layout, KernelCache cache) {
    Epilogue epilogue = problem.epilogue();
    this.tile = tile;
    this.rowBytes = (long) tile.columns() * Float.BYTES;
    this.rowBytesC = problem.rowC() * Float.BYTES;
    Strides unpacked = layout == Layout.ROWS ? problem.a() : problem.b();
    this.stride = unpacked.row() * Float.BYTES;
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

  /// Multiplies: the sums of a whole tile of the first block go to C, others to a place of their
  /// own.
  ///
  /// @param a panel of A, or the first of a tile's rows
  /// @param b panel of B
  /// @param c the tile's place in C
  /// @param steps length of the block of k
  /// @param extent rows and columns of the tile that lie in C, see [TileArguments#extent]
  /// @param when [Gemm#FIRST] and [Gemm#LAST], or-ed
  /// @param sums space for a tile
  void multiply(long a, long b, long c, int steps, long extent, int when, long sums) {
    TieredKernel kernel = columns(extent) == tile.columns() ? full : partial;
    if (goesToC(extent, when)) {
      kernel.run(a, b, c, steps, rowBytesC, stride);
    } else {
      kernel.run(a, b, sums, steps, rowBytes, stride);
    }
  }

  /// Whether [#multiply] leaves nothing to do.
  boolean isComplete(long extent, int when) {
    return goesToC(extent, when) && !epilogue(when);
  }

  private boolean epilogue(int when) {
    return hasEpilogue && (when & Gemm.LAST) != 0;
  }

  /// Does with the sums of [#multiply] what is left to do. Not for what [#isComplete].
  ///
  /// @param arguments the [TileArguments]
  void finish(long sums, long c, long extent, int when, long arguments) {
    if (goesToC(extent, when)) {
      finish(overwriteLast, c, rowBytesC, c, extent, arguments);
      return;
    }
    boolean first = (when & Gemm.FIRST) != 0;
    boolean epilogue = epilogue(when);
    Finisher finish =
        first ? (epilogue ? overwriteLast : overwrite) : epilogue ? accumulateLast : accumulate;
    long above = cutAbove ? tile.rows() - rows(extent) : 0;
    finish(finish, sums + above * rowBytes, rowBytes, c, extent, arguments);
  }

  private boolean goesToC(long extent, int when) {
    boolean whole = rows(extent) == tile.rows() && columns(extent) == tile.columns();
    return whole && (when & Gemm.FIRST) != 0;
  }

  private static int rows(long extent) {
    return (int) extent;
  }

  private static int columns(long extent) {
    return (int) (extent >>> TileArguments.COLUMNS_SHIFT);
  }

  private void finish(
      Finisher finisher, long sums, long stride, long c, long extent, long arguments) {
    int columns = columns(extent);
    int group = finisher.columns();
    TieredKernel kernel = finisher.kernel();
    if (columns <= group) {
      kernel.run(sums, stride, c, rowBytesC, extent, arguments);
      return;
    }
    int column = TileArguments.column(arguments);
    for (int j = 0; j < columns; j += group) {
      TileArguments.setColumn(arguments, column + j);
      long part = TileArguments.extent(rows(extent), Math.min(group, columns - j));
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
