package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.Memory;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.gemm.Problem.Weights;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;

/// How one product is computed: immutable, for any number of runs in any threads, each with a
/// workspace of its own.
///
/// A run may be split in `parts` that compute disjoint elements of C and share nothing but what
/// they read. Their results are the same for any number of parts.
///
/// The workspace begins with the [TileArguments] of the epilogue: the caller binds its operands
/// there with [TileArguments#bind] before the run. Then follows, for each part, a copy of them, a
/// batch of tiles, panels of A and panels of B.
///
/// For each block of k, a group of panels of B stays in the second level of cache while up to 960
/// rows of A pass by it. The tiles follow each other along the rows of C, so that the processor,
/// which recognises streams, fetches C before it is written. Rows of A are read where they lie;
/// where they cannot be, a panel of A is packed right before its first use.
public final class GemmPlan implements MatrixProduct {
  private static final int ALIGNMENT = 64;

  /// Bytes of panels of B that stay in the second level of cache, where that has 1 MiB.
  private static final int CACHED_BYTES = 640 << 10;

  /// Rows of A that pass by the groups of columns again. For one block of k (2.5 MB) they stay in
  /// the third level, of which others may leave us no more.
  private static final int CACHED_ROWS = 960;

  /// Tiles side by side whose sums are taken to C together: what C holds there comes from far away,
  /// and so it comes at one go.
  private static final int BATCH = 8;

  /// Whether A and B have changed places.
  enum Order {
    GIVEN,
    SWAPPED
  }

  private final Problem problem;
  private final Order order;
  private final Tile tile;
  private final TileStep step;
  private final Panels panelsA;
  private final Panels.Several panelsB;
  private final Packing packingB;
  private final int rowTiles;
  private final int columnTiles;

  /// Tiles of rows that pass by one group of panels of B, at most.
  private final int mostRowTiles;

  private final int columnGroup;

  /// Whether A passes by several groups of columns, so that its panels are kept.
  private final boolean passesAgain;

  private final int blocks;
  private final long argumentBytes;
  private final int batch;
  private final long tileBytes;
  private final long panelBytesA;
  private final long bytesA;
  private final long bytesB;

  GemmPlan(Problem problem, Lanes lanes, KernelCache cache, Order order) {
    this.problem = problem;
    this.order = order;
    Reading reading = Reading.of(problem, lanes);
    this.tile = reading.tile();
    this.rowTiles = Math.ceilDiv(problem.m(), tile.rows());
    this.columnTiles = Math.ceilDiv(problem.n(), tile.columns());
    this.blocks = Math.max(1, Math.ceilDiv(problem.k(), Gemm.BLOCK));
    this.packingB =
        new Packing(
            tile.columns(), problem.n(), problem.k(), problem.b().transposed(), lanes, cache);
    this.panelsA = panelsA(reading.layout(), lanes, cache);
    this.panelsB = panelsB(reading.layout());
    this.columnGroup = (int) Math.max(1, CACHED_BYTES / Math.max(1, packingB.panelBytes()));
    this.passesAgain = columnTiles > columnGroup;
    this.mostRowTiles = passesAgain ? CACHED_ROWS / tile.rows() : rowTiles;
    this.step = new TileStep(tile, problem, reading.layout(), cache);
    this.argumentBytes = align(TileArguments.bytes(problem.epilogue().operands().size()));
    this.batch = Math.min(BATCH, columnTiles);
    this.tileBytes = align((long) tile.rows() * tile.columns() * Float.BYTES);
    this.panelBytesA = panelsA.bytes(1);
    this.bytesA = align((passesAgain ? Math.min(mostRowTiles, rowTiles) : 1) * panelBytesA);
    this.bytesB = align(panelsB.bytes(Math.min(columnGroup, columnTiles)));
  }

  private Panels panelsA(Layout layout, Lanes lanes, KernelCache cache) {
    Strides a = problem.a();
    // The panel of a single row is that row.
    return layout == Layout.ROWS || tile.rows() == 1 && a.column() == 1
        ? new Panels.Rows(problem.m(), tile.rows(), a.row() * Float.BYTES)
        : new Panels.Fresh(new Packing(tile.rows(), problem.m(), problem.k(), a, lanes, cache));
  }

  private Panels.Several panelsB(Layout layout) {
    if (problem.weights() == Weights.PACKED) {
      return new Panels.Packed(packingB);
    }
    if (layout == Layout.STRIDED) {
      long stripStride = (long) tile.columns() * Float.BYTES;
      return new Panels.InPlace(packingB, stripStride, problem.b().row() * Float.BYTES);
    }
    return new Panels.Fresh(packingB);
  }

  private static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }

  public Problem problem() {
    return problem;
  }

  public Tile tile() {
    return tile;
  }

  @Override
  public List<TieredKernel> kernels() {
    return Stream.of(panelsA.kernels(), panelsB.kernels(), step.kernels())
        .flatMap(kernels -> kernels)
        .distinct()
        .toList();
  }

  @Override
  public long workspaceBytes(int parts) {
    return argumentBytes + parts * partBytes();
  }

  private long partBytes() {
    return sums(0, batch) + bytesA + bytesB;
  }

  @Override
  public long weightBytes() {
    return packingB.panelOffset(columnTiles, problem.k());
  }

  @Override
  public Object weightLayout() {
    return packingB.layout();
  }

  @Override
  public void packWeights(long b, long weights) {
    for (int block = 0; block < blocks; block++) {
      long panels = weights + packingB.panelOffset(columnTiles, block * Gemm.BLOCK);
      packingB.pack(b, panels, 0, columnTiles, block);
    }
  }

  @Override
  public void run(long a, long b, long c, long workspace, int part, int parts) {
    long area = workspace + argumentBytes + part * partBytes();
    MemorySegment.copy(Memory.ALL, workspace, Memory.ALL, area, argumentBytes);
    boolean splitRows = rowTiles >= columnTiles;
    int firstRow = splitRows ? share(rowTiles, part, parts) : 0;
    int endRow = splitRows ? share(rowTiles, part + 1, parts) : rowTiles;
    int firstColumn = splitRows ? 0 : share(columnTiles, part, parts);
    int endColumn = splitRows ? columnTiles : share(columnTiles, part + 1, parts);
    long sourceA = order == Order.GIVEN ? a : b;
    long sourceB = order == Order.GIVEN ? b : a;
    // Equal groups, because B is packed anew for each.
    int count = endRow - firstRow;
    int groups = Math.ceilDiv(count, Math.max(1, mostRowTiles));
    for (int group = 0; group < groups; group++) {
      int row = firstRow + share(count, group, groups);
      int rows = firstRow + share(count, group + 1, groups) - row;
      for (int block = 0; block < blocks; block++) {
        runBlock(sourceA, sourceB, c, area, row, rows, firstColumn, endColumn, block);
      }
    }
  }

  private static int share(int tiles, int part, int parts) {
    return (int) ((long) tiles * part / parts);
  }

  private void runBlock(
      long a,
      long b,
      long c,
      long area,
      int row,
      int rows,
      int firstColumn,
      int endColumn,
      int block) {
    long areaA = sums(area, batch);
    long areaB = areaA + bytesA;
    for (int column = firstColumn; column < endColumn; column += columnGroup) {
      int columns = Math.min(columnGroup, endColumn - column);
      long preparedB = panelsB.prepare(b, areaB, column, column + columns, block);
      for (int i = row; i < row + rows; i++) {
        long place = passesAgain ? areaA + (i - row) * panelBytesA : areaA;
        long panelA =
            column == firstColumn
                ? panelsA.prepare(a, place, i, i + 1, block)
                : panelsA.find(a, place, i, block);
        for (int first = 0; first < columns; first += BATCH) {
          int end = Math.min(first + BATCH, columns);
          for (int j = first; j < end; j++) {
            long panelB = panelB(preparedB, areaB, column, j, block);
            multiply(panelA, panelB, c, area, i, column + j, block, j - first);
          }
          for (int j = first; j < end; j++) {
            finish(c, area, i, column + j, block, j - first);
          }
        }
      }
    }
  }

  private long panelB(long prepared, long area, int firstColumn, int j, int block) {
    boolean packedRest =
        panelsB instanceof Panels.InPlace
            && packingB.hasRest()
            && firstColumn + j == columnTiles - 1;
    return packedRest ? area : panelsB.panel(prepared, j, steps(block));
  }

  private void multiply(
      long a, long b, long c, long area, int row, int column, int block, int inBatch) {
    long extent = extent(row, column);
    long sums = sums(area, inBatch);
    step.multiply(a, b, place(c, row, column), steps(block), extent, when(block), sums);
  }

  private void finish(long c, long area, int row, int column, int block, int inBatch) {
    long extent = extent(row, column);
    int when = when(block);
    if (step.isComplete(extent, when)) {
      return;
    }
    TileArguments.setRow(area, row * tile.rows());
    TileArguments.setColumn(area, column * tile.columns());
    step.finish(sums(area, inBatch), place(c, row, column), extent, when, area);
  }

  private long sums(long area, int inBatch) {
    return area + argumentBytes + inBatch * tileBytes;
  }

  private long place(long c, int row, int column) {
    long element = (long) row * tile.rows() * problem.rowC() + (long) column * tile.columns();
    return c + element * Float.BYTES;
  }

  private long extent(int row, int column) {
    int rows = Math.min(tile.rows(), problem.m() - row * tile.rows());
    int columns = Math.min(tile.columns(), problem.n() - column * tile.columns());
    return TileArguments.extent(rows, columns);
  }

  private int when(int block) {
    return (block == 0 ? Gemm.FIRST : 0) | (block == blocks - 1 ? Gemm.LAST : 0);
  }

  private int steps(int block) {
    return Math.min(Gemm.BLOCK, problem.k() - block * Gemm.BLOCK);
  }
}
