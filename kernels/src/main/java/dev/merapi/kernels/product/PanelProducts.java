package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.target.Target;

/// The structure of a routine `(a, b, c, extent, lineBytes, bytesOfB)` that multiplies some panels
/// of A by as many matrices B, each sum one chain from zero over all steps: the elements of
/// Winograd's transforms.
///
/// - `a`: the panels, one behind the other, for each step the elements of the tile's rows.
/// - `b`: the first B; the columns of a step are neighbours.
/// - `c`: the first result; each is as many lines as the tile has rows, and they follow each other
///   without a gap.
/// - `extent`: steps, from 0, and columns, a multiple of the tile's: [#extent].
/// - `lineBytes`: bytes from one step of B to the next, and from one row of a result to the next.
/// - `bytesOfB`: bytes from one B to the next.
///
/// @param count how many products
/// @param turn steps of a turn of the loop over steps
public record PanelProducts(int count, Tile tile, int turn) {
  private static final int HALF = 32;

  /// The best form for a target.
  public static PanelProducts of(int count, Tile tile, Target target) {
    return new PanelProducts(count, tile, Sums.stepsOfATurn(tile, target));
  }

  /// Steps and columns in one word.
  public static long extent(int steps, int columns) {
    return TableProduct.extent(steps, columns);
  }

  public Routine routine() {
    RoutineBuilder r = new RoutineBuilder("products_" + tile);
    Ptr a = r.pointer("a");
    Ptr b = r.pointer("b");
    Ptr c = r.pointer("c");
    Int extent = r.integer("extent");
    Int lineBytes = r.integer("lineBytes");
    Int bytesOfB = r.integer("bytesOfB");
    Routine product = product();
    Int panelBytes = extent.field(0, HALF).times((long) tile.rows() * MemoryType.F32.bytes());
    Int resultBytes = lineBytes.times(tile.rows());
    var nextA = r.variable("panel", a);
    var nextB = r.variable("matrix", b);
    var nextC = r.variable("result", c);
    r.loop(
        r.constant(count),
        _ -> {
          r.call(product, nextA.get(), nextB.get(), nextC.get(), extent, lineBytes);
          nextA.set(nextA.get().plus(panelBytes));
          nextB.set(nextB.get().plus(bytesOfB));
          nextC.set(nextC.get().plus(resultBytes));
        });
    return r.build();
  }

  private Routine product() {
    RoutineBuilder r = new RoutineBuilder("product_" + tile);
    Ptr a = r.pointer("a");
    Ptr b = r.pointer("b");
    Ptr c = r.pointer("c");
    Int extent = r.integer("extent");
    Int lineBytes = r.integer("lineBytes");
    Int steps = extent.field(0, HALF);
    r.loop(
        r.constant(0),
        extent.field(HALF, HALF),
        tile.columns(),
        column -> {
          Sums sums = new Sums(r, tile);
          RowsOfA rows = RowsOfA.panel(r, tile.rows(), a);
          Ptr first = b.plus(column, MemoryType.F32.bytes());
          sums.multiply(
              rows, VectorsOfB.lines(r, first, lineBytes, tile.vectorBytes()), steps, turn);
          sums.store(c.plus(column, MemoryType.F32.bytes()), lineBytes);
        });
    return r.build();
  }
}
