package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import java.util.function.BinaryOperator;

/// Writes the routine `(sums, sumBytes, c, rowBytes, count, first)` that takes a tile's sums for
/// one block of k to their place in C.
///
/// - `sums`, `c`: the first element.
/// - `sumBytes`, `rowBytes`: bytes from one row to the next.
/// - `count`: columns.
/// - `first`: 1 where there are no sums of blocks before, which C holds; else 0.
final class SumsToC {
  private static final MemoryType F32 = MemoryType.F32;

  private final RoutineBuilder r;
  private final Tile tile;
  private final Ptr sums;
  private final Int sumBytes;
  private final Ptr c;
  private final Int rowBytes;
  private final Int count;
  private final Int first;

  private SumsToC(Tile tile) {
    this.tile = tile;
    this.r = new RoutineBuilder("sums_" + tile);
    this.sums = r.pointer("sums");
    this.sumBytes = r.integer("sumBytes");
    this.c = r.pointer("c");
    this.rowBytes = r.integer("rowBytes");
    this.count = r.integer("count");
    this.first = r.integer("first");
  }

  /// @param manyBlocks whether there may be sums of blocks before
  static Routine routine(Tile tile, boolean manyBlocks) {
    return new SumsToC(tile).routine(manyBlocks);
  }

  private Routine routine(boolean manyBlocks) {
    if (manyBlocks) {
      r.when(first.equalTo(0), () -> rows(Vec::plus, true), () -> rows((_, sum) -> sum, false));
    } else {
      rows((_, sum) -> sum, false);
    }
    return r.build();
  }

  /// @param what becomes of what C holds, and of a sum
  private void rows(BinaryOperator<Vec> what, boolean loads) {
    Var<Ptr> nextSums = r.variable("rowOfSums", sums);
    Var<Ptr> nextRow = r.variable("rowOfC", c);
    r.loop(
        r.constant(tile.rows()),
        _ -> {
          r.lanes(
              count,
              tile.lanes(),
              (j, mask) -> {
                Place place = nextRow.get().at(j, F32.bytes());
                Vec sum = nextSums.get().at(j, F32.bytes()).load(F32, tile.lanes(), mask);
                Vec old = loads ? place.load(F32, tile.lanes(), mask) : sum;
                place.store(F32, what.apply(old, sum), mask);
              });
          nextSums.set(nextSums.get().plus(sumBytes));
          nextRow.set(nextRow.get().plus(rowBytes));
        });
  }
}
