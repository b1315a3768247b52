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
  /// A group that has all there is, for any size, so that plans share routines.
  private static final int ALL = 1 << 30;

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
  private final Product product;
  private final int strips;
  private final int columnTiles;
  private final long panelBytesA;
  private final long bytesA;
  private final long bytesB;

  private ProductPlan(Problem problem, TileEpilogue epilogue, ProductKernel kernel, Caches caches) {
    this.problem = problem;
    this.kernel = kernel;
    this.tile = kernel.tile(problem.m());
    this.strips = kernel.strips(problem.m());
    this.columnTiles = Math.ceilDiv(problem.n(), tile.columns());
    int depth = Math.min(problem.k(), Definition.BLOCK);
    SourceA a = sourceA();
    SourceB b = sourceB();
    long panelBytes = Math.max(1, depth * tile.columnBytes());
    int groupTiles =
        b.isPanel()
            ? equal(columnTiles, (int) Math.max(1, caches.bytesOfB / panelBytes))
            : columnTiles;
    boolean passesAgain = columnTiles > groupTiles;
    boolean limitsRows = passesAgain && !(a == SourceA.ROWS && kernel.form() == CodeForm.LONG);
    int groupStrips =
        limitsRows ? equal(strips, Math.max(1, caches.rowsOfA / tile.rows())) : strips;
    Strip strip =
        new Strip(
            tile,
            a,
            b,
            strips > 1,
            problem.n() >= tile.columns(),
            tile.restVectors(problem.n()),
            problem.k() > Definition.BLOCK,
            epilogue,
            problem.n() == 1 && problem.rowC() == 1 && epilogue.canTranspose(),
            kernel.form());
    Strides ofA = problem.a();
    Strides ofB = problem.b();
    this.product =
        new Product(
            strip,
            hasShort(problem.m()),
            a.isPacked()
                ? Optional.of(Packing.Order.of(ofA.row(), ofA.column()))
                : Optional.empty(),
            b == SourceB.PANEL
                ? Optional.of(Packing.Order.of(ofB.column(), ofB.row()))
                : Optional.empty(),
            limitsRows ? groupStrips : ALL,
            passesAgain ? groupTiles * tile.columns() : ALL / tile.columns() * tile.columns());
    long panelA = Blocks.align((long) depth * tile.rows() * Float.BYTES);
    this.panelBytesA = a.isPacked() && passesAgain ? panelA : 0;
    this.bytesA = a.isPacked() ? (passesAgain ? groupStrips : 1) * panelA : 0;
    this.bytesB = b == SourceB.PANEL ? Blocks.align(groupTiles * panelBytes) : 0;
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

  /// In machine code there are strips with one row less even where all are equal, so that more
  /// sizes of a model share a kernel.
  private boolean hasShort(int m) {
    return m % strips != 0 || kernel.form() == CodeForm.LONG && tile.rows() > 1;
  }

  private SourceA sourceA() {
    Strides a = problem.a();
    if (a.column() == 1 && (tile.rows() == 1 || a.row() * Float.BYTES % SAME_SETS != 0)) {
      return SourceA.ROWS;
    }
    return a.row() == 1 && a.column() * Float.BYTES % SAME_SETS != 0 && columnTiles == 1
        ? SourceA.STEPS
        : SourceA.PANEL;
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

  public ProductKernel kernel() {
    return kernel;
  }

  public Product product() {
    return product;
  }

  /// Bytes of the block that [#writeArguments] fills.
  public long argumentBytes() {
    return Arguments.bytes(product.strip().epilogue().operands().size());
  }

  /// Bytes of a part's area, to be aligned to 64 bytes.
  public long areaBytes() {
    return product.strip().sumBytes() + bytesA + bytesB;
  }

  /// Writes the [Arguments] of a run, but for the operands of the epilogue.
  ///
  /// @param block address of [#argumentBytes]
  /// @param b address of B, or of its packed form
  public void writeArguments(Calls calls, long block, long a, long b, long c) {
    write(calls, block, Arguments.A, a);
    write(calls, block, Arguments.B, b);
    write(calls, block, Arguments.C, c);
    write(calls, block, Arguments.LINE_A, problem.a().row() * Float.BYTES);
    write(calls, block, Arguments.STEP_A, problem.a().column() * Float.BYTES);
    write(calls, block, Arguments.LINE_B, problem.b().column() * Float.BYTES);
    write(calls, block, Arguments.STEP_B, problem.b().row() * Float.BYTES);
    write(calls, block, Arguments.ROW_C, problem.rowC() * Float.BYTES);
    write(calls, block, Arguments.STEPS, problem.k());
    write(calls, block, Arguments.PANEL_COLUMNS, panelColumns());
    write(calls, block, Arguments.TALL_STRIPS, kernel.tallStrips(problem.m()));
    write(calls, block, Arguments.PANEL_A, panelBytesA);
    write(calls, block, Arguments.BYTES_A, bytesA);
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

  private long panelColumns() {
    return (long) columnTiles * tile.columns();
  }

  /// The most parts that all have something to compute.
  public int units() {
    return Math.max(strips, columnTiles);
  }

  /// The call that computes a part of the product.
  ///
  /// @param product [Product#routine] of [#product], ready to be called
  /// @param block address of what [#writeArguments] has filled
  /// @param area address of [#areaBytes] of this part alone
  /// @param part number of this part, from 0
  /// @param parts how many there are
  public void call(Calls calls, Kernel product, long block, long area, int part, int parts) {
    boolean splitRows = strips >= columnTiles;
    int wholeRows = problem.m() == 0 ? 0 : strips;
    int firstStrip = splitRows ? share(wholeRows, part, parts) : 0;
    int endStrip = splitRows ? share(wholeRows, part + 1, parts) : wholeRows;
    int firstTile = splitRows ? 0 : share(columnTiles, part, parts);
    int endTile = splitRows ? columnTiles : share(columnTiles, part + 1, parts);
    calls.call(product, block, firstStrip, endStrip, column(firstTile), column(endTile), area);
  }

  private static int share(int count, int part, int parts) {
    return (int) ((long) count * part / parts);
  }

  private long column(int columnTile) {
    return Math.min(problem.n(), (long) columnTile * tile.columns());
  }

  /// Bytes of B in its packed form.
  public long weightBytes() {
    return problem.k() * panelColumns() * Float.BYTES;
  }

  /// The layout of packed weights: equal for plans that may use each other's.
  ///
  /// @param width columns of a panel
  private record Layout(int width, int n, int k, Strides source) {}

  public Object weightLayout() {
    return new Layout(tile.columns(), problem.n(), problem.k(), problem.b());
  }

  /// How weights are packed.
  public Packing packing() {
    boolean oneByOne =
        kernel.form() == CodeForm.LONG && (long) problem.k() * problem.n() <= FEW_WEIGHTS;
    Packing.Order order =
        oneByOne ? Packing.Order.ANY : Packing.Order.of(problem.b().column(), problem.b().row());
    return new Packing(order, tile.columns(), tile.lanes(), kernel.form());
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
      long panels = weights + first * panelColumns() * Float.BYTES;
      int steps = Math.min(Definition.BLOCK, problem.k() - first);
      lasting.run(b + first * step, panels, steps, problem.n(), line, step);
    }
  }
}
