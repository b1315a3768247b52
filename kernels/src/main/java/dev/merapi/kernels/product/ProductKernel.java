package dev.merapi.kernels.product;

import dev.merapi.kernels.machine.Cpu;

/// A row of the [KernelTable]: a way to compute products.
///
/// @param types of the operands and of the result in memory
/// @param definition what it computes, to the last bit
/// @param mostRows rows of the highest tile; lower ones are made of it too
/// @param vectors vectors of a tile's row
/// @param lanes of a vector
/// @param needs the processor, for machine code of our own; `NONE` for what the JVM compiles
public record ProductKernel(
    OperandTypes types,
    Definition definition,
    int mostRows,
    int vectors,
    int lanes,
    Cpu.Level needs) {
  /// Cycles until a sum is ready for the next step.
  private static final int LATENCY = 4;

  private static final double MULTIPLY_ADDS_PER_CYCLE = 2;

  /// Two, were it not for lines that are not there yet: a tile of 28x1 reached 88 % where 14x2
  /// reached 95.
  private static final double LOADS_PER_CYCLE = 1.75;

  /// Of the second level of cache.
  private static final double BYTES_PER_CYCLE = 64;

  /// Share of a sum's store in a step. It keeps tiles that are mostly outside the result from being
  /// chosen where the latency hides their multiply-adds.
  private static final double CYCLES_PER_SUM = 0.02;

  private static final int PANEL_VECTORS = 2;

  /// The form of its code.
  public CodeForm form() {
    return needs == Cpu.Level.NONE ? CodeForm.SHORT : CodeForm.LONG;
  }

  /// Vectors of a step in a panel of B. Where code may be as long as it likes, panels have two,
  /// whatever the tile, so that all sizes of a model share the weights that are packed once: a wide
  /// tile reads several panels.
  ///
  /// @param n columns of B
  public int panelVectors(int n) {
    if (form() == CodeForm.SHORT || !fitsPanels(n)) {
      return vectors;
    }
    return n <= lanes ? 1 : PANEL_VECTORS;
  }

  /// Whether its tiles begin where panels of two vectors do.
  boolean fitsPanels(int n) {
    return vectors % PANEL_VECTORS == 0 || n <= vectors * lanes;
  }

  /// Whether strips of so many rows may be followed by others, where a result has several.
  boolean isOneOfSeveral(int rows) {
    return 2 * rows >= mostRows;
  }

  /// Registers that the highest tile has values in at a time: its sums, the fewer of a step's
  /// vectors and elements, and one of the others.
  int registers() {
    return mostRows * vectors + Math.min(mostRows, vectors) + 1;
  }

  /// Strips of rows that a result is divided into.
  public int strips(int m) {
    return Math.max(1, Math.ceilDiv(m, mostRows));
  }

  /// The tile for a result of `m` rows: no higher than its strips, which are about equal.
  public Tile tile(int m) {
    int height = Math.max(1, Math.ceilDiv(m, strips(m)));
    return new Tile(height, vectors, lanes);
  }

  /// Strips of [#tile]; the others have one row less.
  public int tallStrips(int m) {
    return m - strips(m) * (tile(m).rows() - 1);
  }

  /// Cycles for each step of k, estimated: two multiply-adds and nearly two loads in each, and
  /// [#LATENCY] between the steps of a sum; and what it takes to bring B from the second level of
  /// cache.
  public double cost(int m, int n) {
    Tile tile = tile(m);
    int tall = tallStrips(m);
    return tall * strip(tile, n) + (strips(m) - tall) * strip(tile.withRows(tile.rows() - 1), n);
  }

  private static double strip(Tile tile, int n) {
    int fullTiles = n / tile.columns();
    int rest = tile.restVectors(n);
    double full = cycles(tile);
    double last = rest == 0 ? 0 : cycles(new Tile(tile.rows(), rest, tile.lanes()));
    return fullTiles * full + last;
  }

  private static double cycles(Tile tile) {
    int sums = tile.rows() * tile.vectors();
    double loads = tile.rows() + tile.vectors();
    double step =
        Math.max(LATENCY, Math.max(sums / MULTIPLY_ADDS_PER_CYCLE, loads / LOADS_PER_CYCLE));
    return step + CYCLES_PER_SUM * sums + tile.columnBytes() / BYTES_PER_CYCLE;
  }

  @Override
  public String toString() {
    return mostRows + "x" + vectors + "x" + lanes + " " + types + ", " + definition;
  }
}
