package dev.merapi.kernels.product;

import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.product.Problem.Weights;
import dev.merapi.kernels.target.Target;
import java.util.Optional;

/// How one product is computed by routines of the kernel IR: which, and with what words they are
/// called. Immutable; any number of runs may be under way, each with a block and areas of its own.
///
/// A run may be split in `parts` that compute disjoint elements of C and share nothing but what
/// they read. Their results are the same for any number of parts.
public final class ProductPlan {
  /// How much is used again while it is in a cache.
  ///
  /// @param bytesOfB of panels that stay in the second level
  /// @param rowsOfA that pass by the groups of columns again, where they are not read in place and
  ///   fetched ahead ([LinesAhead])
  record Caches(long bytesOfB, int rowsOfA) {
    /// For a second level of 1 MiB; the rows of A for one block of k (2.5 MB) stay in the third
    /// level, of which others may leave us no more.
    static final Caches USUAL = new Caches(640 << 10, 960);
  }

  /// Rows at multiples of this many bytes all fall into the same sets of the first level of cache.
  private static final int SAME_SETS = 4096;

  /// Strips for which B is read in place: panels that serve no more are not worth packing.
  private static final int STRIPS_IN_PLACE = 1;

  /// Weights of so few elements are copied one by one, in a millisecond at most: a model packs them
  /// once, and code that moves vectors takes ten times as long to be compiled.
  private static final int FEW_WEIGHTS = 1 << 18;

  private final Problem problem;
  private final ProductKernel kernel;
  private final Tile tile;
  private final SourceA a;
  private final SourceB b;
  private final TileEpilogue epilogue;
  private final int strips;
  private final int tallStrips;
  private final int columnTiles;
  private final int groupStrips;
  private final int groupColumns;
  private final long panelBytesA;
  private final long bytesA;
  private final long bytesB;

  private ProductPlan(Problem problem, TileEpilogue epilogue, ProductKernel kernel, Caches caches) {
    this.problem = problem;
    this.kernel = kernel;
    this.epilogue = epilogue;
    this.tile = kernel.tile(problem.m());
    this.strips = kernel.strips(problem.m());
    this.tallStrips = kernel.tallStrips(problem.m());
    this.columnTiles = Math.ceilDiv(problem.n(), tile.columns());
    this.a = sourceA();
    this.b = sourceB();
    int depth = Math.min(problem.k(), Definition.BLOCK);
    long tileBytes = Math.max(1, depth * tile.columnBytes());
    int groupTiles =
        b.isPanel()
            ? equal(columnTiles, (int) Math.max(1, caches.bytesOfB / tileBytes))
            : columnTiles;
    boolean passesAgain = columnTiles > groupTiles;
    boolean limitsRows = passesAgain && !(a == SourceA.ROWS && kernel.form() == CodeForm.LONG);
    this.groupStrips =
        limitsRows ? equal(strips, Math.max(1, caches.rowsOfA / tile.rows())) : strips;
    this.groupColumns = (int) Math.min(problem.n(), (long) groupTiles * tile.columns());
    long panelA = Blocks.align((long) depth * tile.rows() * Float.BYTES);
    this.panelBytesA = a.isPacked() && passesAgain ? panelA : 0;
    this.bytesA = a.isPacked() ? (passesAgain ? groupStrips : 1) * panelA : 0;
    this.bytesB =
        b == SourceB.PANEL ? Blocks.align(depth * panelled(groupColumns) * Float.BYTES) : 0;
  }

  /// The plan with the best kernel for a target.
  ///
  /// @param epilogue applied to each complete sum
  public static ProductPlan of(Problem problem, TileEpilogue epilogue, Target target) {
    return of(problem, epilogue, KernelTable.choose(problem.m(), problem.n(), target));
  }

  /// The plan with some kernel.
  public static ProductPlan of(Problem problem, TileEpilogue epilogue, ProductKernel kernel) {
    return of(problem, epilogue, kernel, Caches.USUAL);
  }

  static ProductPlan of(
      Problem problem, TileEpilogue epilogue, ProductKernel kernel, Caches caches) {
    return new ProductPlan(problem, epilogue, kernel, caches);
  }

  private SourceA sourceA() {
    Strides a = problem.a();
    if (a.column() == 1 && (tile.rows() == 1 || mayLieInPlace(a.row() * Float.BYTES))) {
      return SourceA.ROWS;
    }
    return a.row() == 1 && a.column() * Float.BYTES % SAME_SETS != 0 && columnTiles == 1
        ? SourceA.STEPS
        : SourceA.PANEL;
  }

  private boolean mayLieInPlace(long lineBytes) {
    boolean isSmall = lineBytes >= 0 && lineBytes <= ShortStrip.MOST_LINE_BYTES;
    return lineBytes % SAME_SETS != 0 && (isSmall || kernel.form() == CodeForm.LONG);
  }

  private SourceB sourceB() {
    if (problem.weights() == Weights.PACKED) {
      return SourceB.WEIGHTS;
    }
    return problem.b().column() == 1 && strips <= STRIPS_IN_PLACE ? SourceB.STEPS : SourceB.PANEL;
  }

  /// The size of equal groups, of at most so many.
  private static int equal(int count, int most) {
    return count == 0 ? 0 : Math.ceilDiv(count, Math.ceilDiv(count, most));
  }

  public Problem problem() {
    return problem;
  }

  /// Strips that pass by a group of columns, until B is packed again.
  int groupStrips() {
    return groupStrips;
  }

  /// Columns of a group: a multiple of the tile's, or all.
  int groupColumns() {
    return groupColumns;
  }

  public ProductKernel kernel() {
    return kernel;
  }

  /// The strips of [#tile]'s height.
  Strips tall() {
    return strips(tile.rows());
  }

  /// Those with one row less, if there are some.
  Optional<Strips> lower() {
    return tallStrips < strips ? Optional.of(strips(tile.rows() - 1)) : Optional.empty();
  }

  private Strips strips(int rows) {
    CodeForm form = kernel.form();
    int n = problem.n();
    int rest = tile.restVectors(n);
    Strip strip =
        new Strip(
            tile.withRows(rows),
            a,
            b,
            b.isPanel() ? kernel.panelVectors(n) : 0,
            form == CodeForm.LONG && kernel.isOneOfSeveral(rows),
            n >= tile.columns() || Strip.isMasked(form, tile, rest),
            rest,
            problem.k() > Definition.BLOCK,
            epilogue,
            n == 1 && problem.rowC() == 1 && epilogue.canTranspose(),
            form);
    Strides ofA = problem.a();
    return new Strips(
        strip,
        a.isPacked() ? Optional.of(Packing.Order.of(ofA.row(), ofA.column())) : Optional.empty());
  }

  /// How B is packed in each run, if it is.
  Optional<Packing> packingOfB() {
    Strides ofB = problem.b();
    return b == SourceB.PANEL
        ? Optional.of(packing(Packing.Order.of(ofB.column(), ofB.row())))
        : Optional.empty();
  }

  private Packing packing(Packing.Order order) {
    return new Packing(order, panelColumns(), tile.lanes(), kernel.form());
  }

  /// What a run calls, ready to be called.
  ///
  /// @param tall [Strips#routine] of [#tall]
  /// @param lower that of [#lower]; any where there are none
  /// @param packB [Packing#routine] of [#packingOfB]
  record Kernels(Kernel tall, Kernel lower, Optional<Kernel> packB) {}

  /// Bytes of the block of a part.
  public long argumentBytes() {
    return Arguments.bytes(epilogue.operands().size());
  }

  /// Bytes of a part's area, to be aligned to 64 bytes.
  public long areaBytes() {
    return sumBytes() + bytesA + bytesB;
  }

  private long sumBytes() {
    return Strip.sumBytes(kernel.form(), tile);
  }

  /// Writes the [Arguments] of a part, but for the operands of the epilogue.
  ///
  /// @param block address of [#argumentBytes]
  /// @param area address of [#areaBytes] of this part alone
  public void writeArguments(Calls calls, long block, long c, long area) {
    write(calls, block, Arguments.C, c);
    write(calls, block, Arguments.ROW_C, problem.rowC() * Float.BYTES);
    write(calls, block, Arguments.LINE_A, problem.a().row() * Float.BYTES);
    write(calls, block, Arguments.STEP_A, problem.a().column() * Float.BYTES);
    write(calls, block, Arguments.STEP_B, problem.b().row() * Float.BYTES);
    write(calls, block, Arguments.PANELS_A, area + sumBytes());
    write(calls, block, Arguments.PANEL_A, panelBytesA);
    write(calls, block, Arguments.SUMS, area);
  }

  /// Writes where an operand of the epilogue lies.
  ///
  /// @param rowStride bytes from row to row of a matrix; any number for others
  public static void writeOperand(
      Calls calls, long block, int index, long address, long rowStride) {
    long field = block + Arguments.operand(index);
    calls.put(field, address);
    calls.put(field + Long.BYTES, rowStride);
  }

  private static void write(Calls calls, long block, Arguments field, long value) {
    calls.put(block + field.offset(), value);
  }

  private int panelColumns() {
    return kernel.panelVectors(problem.n()) * tile.lanes();
  }

  /// Columns of the panels of so many columns.
  private long panelled(long columns) {
    return Math.ceilDiv(columns, panelColumns()) * panelColumns();
  }

  private long weightColumns() {
    return panelled(problem.n());
  }

  /// The most parts that all have something to compute.
  public int units() {
    return Math.max(strips, columnTiles);
  }

  /// The calls that compute a part of the product: its strips of rows by its columns.
  ///
  /// For each block of k, a group of panels of B stays in the second level of cache while a group
  /// of strips of A passes by. Rows of a result are written along, so that the processor, which
  /// recognises streams, fetches them.
  ///
  /// @param block address of what [#writeArguments] has filled
  /// @param matrixA address of A
  /// @param matrixB address of B, or of its packed form
  /// @param area address of [#areaBytes] of this part alone
  /// @param part number of this part, from 0
  /// @param parts how many there are
  void calls(
      Calls calls,
      Kernels kernels,
      long block,
      long matrixA,
      long matrixB,
      long area,
      int part,
      int parts) {
    boolean splitRows = strips >= columnTiles;
    int wholeRows = problem.m() == 0 ? 0 : strips;
    int firstStrip = splitRows ? share(wholeRows, part, parts) : 0;
    int endStrip = splitRows ? share(wholeRows, part + 1, parts) : wholeRows;
    int firstColumn = column(splitRows ? 0 : share(columnTiles, part, parts));
    int endColumn = column(splitRows ? columnTiles : share(columnTiles, part + 1, parts));
    long stepBytes = problem.a().column() * Float.BYTES;
    int strip = firstStrip;
    while (strip < endStrip) {
      int end = strip + Math.min(groupStrips, endStrip - strip);
      // An empty sum is a block of no steps, which stores zeros.
      long step = 0;
      do {
        int column = firstColumn;
        while (column < endColumn) {
          int count = Math.min(groupColumns, endColumn - column);
          long a = matrixA + step * stepBytes;
          long b = placeOfB(calls, kernels, matrixB, area, step, column, count);
          long phase = phase(step, column == firstColumn);
          strips(calls, kernels, block, a, b, Strips.pair(column, count), phase, strip, end);
          column += count;
        }
        step += Definition.BLOCK;
      } while (step < problem.k());
      strip = end;
    }
  }

  /// Steps of the block of k that begins with a step.
  private int steps(long first) {
    return (int) Math.min(Definition.BLOCK, problem.k() - first);
  }

  private long phase(long step, boolean packs) {
    int steps = steps(step);
    int flags = packs ? Phase.PACKS : 0;
    flags |= step == 0 ? Phase.FIRST : 0;
    flags |= step + steps == problem.k() ? Phase.LAST : 0;
    return Phase.word(steps, flags);
  }

  /// Multiplies a group of strips by a group of columns.
  private void strips(
      Calls calls,
      Kernels kernels,
      long block,
      long a,
      long b,
      long columns,
      long phase,
      int from,
      int end) {
    int tall = Math.clamp(tallStrips, from, end);
    long lineBytes = problem.a().row() * Float.BYTES;
    long row = (long) from * tile.rows() - Math.max(0, from - tallStrips);
    if (from < tall) {
      long behind = row + (long) (tall - from) * tile.rows();
      calls.call(
          kernels.tall,
          block,
          a + row * lineBytes,
          b,
          columns,
          Phase.at(phase, row, behind < problem.m()),
          Strips.pair(0, tall - from));
      row = behind;
    }
    if (tall < end) {
      long behind = row + (long) (end - tall) * (tile.rows() - 1);
      calls.call(
          kernels.lower,
          block,
          a + row * lineBytes,
          b,
          columns,
          Phase.at(phase, row, behind < problem.m()),
          Strips.pair(tall - from, end - tall));
    }
  }

  private static int share(int count, int part, int parts) {
    return (int) ((long) count * part / parts);
  }

  private int column(int columnTile) {
    return (int) Math.min(problem.n(), (long) columnTile * tile.columns());
  }

  /// Where a group of columns of B begins in a block of k; packs it, if that is done in each run.
  private long placeOfB(
      Calls calls, Kernels kernels, long matrix, long area, long step, int column, int count) {
    int steps = steps(step);
    long lineBytes = problem.b().column() * Float.BYTES;
    long stepBytes = problem.b().row() * Float.BYTES;
    return switch (b) {
      case STEPS -> matrix + step * stepBytes + (long) column * Float.BYTES;
      case WEIGHTS -> matrix + (step * weightColumns() + (long) column * steps) * Float.BYTES;
      case PANEL -> {
        long panels = area + sumBytes() + bytesA;
        long source = matrix + step * stepBytes + column * lineBytes;
        Kernel pack = kernels.packB.orElseThrow();
        calls.call(pack, source, panels, steps, count, lineBytes, stepBytes);
        yield panels;
      }
    };
  }

  /// Bytes of B in its packed form.
  public long weightBytes() {
    return problem.k() * weightColumns() * Float.BYTES;
  }

  /// The layout of packed weights: equal for plans that may use each other's.
  ///
  /// @param width columns of a panel
  private record Layout(int width, int n, int k, Strides source) {}

  public Object weightLayout() {
    return new Layout(panelColumns(), problem.n(), problem.k(), problem.b());
  }

  /// How weights are packed.
  public Packing packing() {
    boolean oneByOne =
        kernel.form() == CodeForm.LONG && (long) problem.k() * problem.n() <= FEW_WEIGHTS;
    return packing(
        oneByOne ? Packing.Order.ANY : Packing.Order.of(problem.b().column(), problem.b().row()));
  }

  /// Brings B into the layout of [SourceB#WEIGHTS].
  ///
  /// @param packing [Packing#routine] of [#packing], ready to be called
  /// @param b address of B with the problem's strides
  /// @param weights address of [#weightBytes], aligned to 64 bytes
  public void packWeights(Kernel packing, long b, long weights) {
    Kernel lasting = packing.lasting(); // once for a model: nobody counts nanoseconds
    long line = problem.b().column() * Float.BYTES;
    long step = problem.b().row() * Float.BYTES;
    for (int first = 0; first < problem.k(); first += Definition.BLOCK) {
      long panels = weights + first * weightColumns() * Float.BYTES;
      int steps = Math.min(Definition.BLOCK, problem.k() - first);
      lasting.run(b + first * step, panels, steps, problem.n(), line, step);
    }
  }
}
