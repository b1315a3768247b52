package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.target.Target;
import java.util.ArrayList;
import java.util.List;

/// The structure of a routine `(a, b, c, vectors, offsets, extent)` that multiplies a panel of A by
/// vectors of B that lie anywhere, for one block of k, and adds the sums to those of the blocks
/// before: the gradient of a filter, whose `k` are the positions of images.
///
/// - `a`: the panel, for each step the elements of the tile's rows.
/// - `b`: element `i` of vector `j` in step `k` is the float at `b + vectors[j] + offsets[k] + 4
///   i`. Before `b` is a place for the sums of one block, [#tileBytes] long.
/// - `c`: the results of the tiles, each row by row, [#tileBytes] apart.
/// - `vectors`, `offsets`: one `i32` each, in bytes.
/// - `extent`: see [#extent].
///
/// @param turn steps of a turn of the loop over steps
public record TableTiles(Tile tile, int turn) {
  private static final MemoryType F32 = MemoryType.F32;
  private static final MemoryType OFFSET = MemoryType.I32;
  private static final int HALF = 32;
  private static final int STEP_BITS = 16;

  /// The best form for a target.
  public static TableTiles of(Tile tile, Target target) {
    return new TableTiles(tile, Sums.stepsOfATurn(tile, target));
  }

  /// A block of k for some tiles.
  ///
  /// @param steps from 0 to [Definition#BLOCK]
  /// @param tiles how many follow each other
  /// @param first whether there are no sums yet
  public static long extent(int steps, int tiles, boolean first) {
    return (long) tiles << HALF | (first ? 0 : 1L << STEP_BITS) | steps;
  }

  /// Bytes from the result of one tile to that of the next.
  public long tileBytes() {
    long bytes = (long) tile.rows() * tile.columns() * F32.bytes();
    return Blocks.align(bytes);
  }

  public Routine routine() {
    RoutineBuilder r = new RoutineBuilder("tiles_" + tile);
    Ptr a = r.pointer("a");
    Ptr b = r.pointer("b");
    Ptr c = r.pointer("c");
    Ptr vectors = r.pointer("vectors");
    Ptr offsets = r.pointer("offsets");
    Int extent = r.integer("extent");
    Int steps = extent.field(0, STEP_BITS);
    Routine multiply = multiply();
    var total = r.variable("total", c);
    var bases = r.variable("bases", vectors);
    Ptr sums = b.plus(-tileBytes());
    r.loop(
        extent.field(HALF, HALF),
        _ -> {
          r.when(
              extent.field(STEP_BITS, 1).equalTo(0),
              () -> r.call(multiply, a, b, total.get(), bases.get(), offsets, steps),
              () -> {
                r.call(multiply, a, b, sums, bases.get(), offsets, steps);
                add(r, total.get(), sums);
              });
          total.set(total.get().plus(tileBytes()));
          bases.set(bases.get().plus((long) tile.vectors() * OFFSET.bytes()));
        });
    return r.build();
  }

  private void add(RoutineBuilder r, Ptr total, Ptr sums) {
    r.loop(
        r.constant(0),
        r.constant((long) tile.rows() * tile.columns()),
        tile.lanes(),
        i -> {
          Place place = total.at(i, F32.bytes());
          place.store(
              F32,
              place.load(F32, tile.lanes()).plus(sums.at(i, F32.bytes()).load(F32, tile.lanes())));
        });
  }

  /// The sums of one tile, `(a, b, c, vectors, offsets, steps)`.
  private Routine multiply() {
    RoutineBuilder r = new RoutineBuilder("tile_" + tile);
    Ptr a = r.pointer("a");
    Ptr b = r.pointer("b");
    Ptr c = r.pointer("c");
    Ptr vectors = r.pointer("vectors");
    Ptr offsets = r.pointer("offsets");
    Int steps = r.integer("steps");
    List<Ptr> bases = new ArrayList<>();
    for (int j = 0; j < tile.vectors(); j++) {
      bases.add(b.plus(vectors.at((long) j * OFFSET.bytes()).loadInt(OFFSET)));
    }
    Sums sums = new Sums(r, tile);
    RowsOfA rows = RowsOfA.panel(r, tile.rows(), a);
    sums.multiply(rows, VectorsOfB.table(r, bases, offsets), steps, turn);
    sums.store(c, r.constant(tile.columnBytes()));
    return r.build();
  }
}
