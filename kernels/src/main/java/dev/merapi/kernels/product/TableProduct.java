package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.target.Target;

/// The structure of a routine `(a, b, c, offsets, extent, rowBytes)` that multiplies a panel of A
/// by columns of B whose steps lie anywhere: a correlation, whose `k` are the taps of a kernel.
///
/// - `a`: the panel, for each step the elements of the tile's rows.
/// - `b`: column `i` of step `k` is the float at `b + offsets[k] + 4 i`.
/// - `c`: where the sums of the first [Definition#BLOCK] steps go, row by row; those of the next
///   steps follow behind the last row. Nothing is added up.
/// - `offsets`: one `i32` a step, in bytes.
/// - `extent`: steps, from 1, and columns, from 1: [#extent].
/// - `rowBytes`: bytes from one row of sums to the next.
///
/// Whole tiles are read and written: the last one ends with the last column, or where there are
/// fewer columns than a tile has, behind it.
///
/// @param turn steps of a turn of the loop over steps
public record TableProduct(Tile tile, int turn) {
  private static final int HALF = 32;

  /// The best form for a target.
  public static TableProduct of(Tile tile, Target target) {
    return new TableProduct(tile, Sums.stepsOfATurn(tile, target));
  }

  /// Steps and columns in one word.
  public static long extent(int steps, int columns) {
    return (long) columns << HALF | steps;
  }

  public Routine routine() {
    RoutineBuilder r = new RoutineBuilder("table_" + tile);
    Ptr a = r.pointer("a");
    Ptr b = r.pointer("b");
    Ptr c = r.pointer("c");
    Ptr offsets = r.pointer("offsets");
    Int extent = r.integer("extent");
    Int rowBytes = r.integer("rowBytes");
    Routine block = block();
    Int steps = extent.field(0, HALF);
    Int columns = extent.field(HALF, HALF);
    Int blockBytes = rowBytes.times(tile.rows());
    long stepBytes = (long) tile.rows() * MemoryType.F32.bytes();
    var sums = r.variable("sums", c);
    r.loop(
        r.constant(0),
        steps,
        Definition.BLOCK,
        step -> {
          Int count = steps.minus(step).min(r.constant(Definition.BLOCK));
          r.call(
              block,
              a.plus(step.times(stepBytes)),
              b,
              sums.get(),
              offsets.plus(step, MemoryType.I32.bytes()),
              count.plus(columns.shl(HALF)),
              rowBytes);
          sums.set(sums.get().plus(blockBytes));
        });
    return r.build();
  }

  /// The same for one block of k.
  private Routine block() {
    RoutineBuilder r = new RoutineBuilder("block_" + tile);
    Ptr a = r.pointer("a");
    Ptr b = r.pointer("b");
    Ptr c = r.pointer("c");
    Ptr offsets = r.pointer("offsets");
    Int extent = r.integer("extent");
    Int rowBytes = r.integer("rowBytes");
    Int steps = extent.field(0, HALF);
    Int columns = extent.field(HALF, HALF);
    Int last = columns.minus(tile.columns()).max(r.constant(0));
    r.loop(
        r.constant(0),
        columns,
        tile.columns(),
        column -> {
          Int from = column.min(last);
          Sums sums = new Sums(r, tile);
          RowsOfA rows = RowsOfA.panel(r, tile.rows(), a);
          Ptr first = b.plus(from, MemoryType.F32.bytes());
          sums.multiply(rows, VectorsOfB.table(r, first, offsets, tile.vectorBytes()), steps, turn);
          sums.store(c.plus(from, MemoryType.F32.bytes()), rowBytes);
        });
    return r.build();
  }
}
