package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import java.util.Optional;

/// What a tile has the processor fetch while it multiplies, a few lines in each turn of its loop:
/// in one burst they would hold up the loads of the tile itself.
///
/// - The lines of C that its sums go to, one row in each turn, again and again: what was fetched
///   only once, the panel of B has pushed out of the first level of cache by then. A single row's
///   are few.
/// - Some rows of A of the next strip, [#ROWS_OF_A_TILE] for each tile, so that the tiles of a
///   strip fetch most of the next one.
///
/// @param rowC bytes from one row of C to the next
/// @param rowsOfA the first rows that this tile fetches, step by step, if any
/// @param lineA bytes from one row of A to the next
record LinesAhead(
    RoutineBuilder r, Tile tile, Ptr c, Int rowC, Optional<Var<Ptr>> rowsOfA, Int lineA)
    implements Sums.Turns {
  static final int ROWS_OF_A_TILE = 2;

  @Override
  public void begin(Int step, int count) {
    if (count > 1 && tile.rows() > 1) {
      lineOfC(step.ushr(Integer.numberOfTrailingZeros(count)));
    }
    rowsOfA.ifPresent(rows -> {
      Ptr row = rows.get();
      for (int i = 0; i < ROWS_OF_A_TILE; i++) {
        row.here().prefetch();
        row = row.plus(lineA);
      }
      rows.set(rows.get().plus((long) count * MemoryType.F32.bytes()));
    });
  }

  private void lineOfC(Int turn) {
    int last = tile.rows() - 1;
    long slots = 2L * Integer.highestOneBit(last);
    Int row = turn.and(slots - 1).min(r.constant(last));
    Ptr line = c.plus(row.times(rowC));
    for (int j = 0; j < tile.vectors(); j++) {
      line.at(j * tile.vectorBytes()).prefetch();
    }
  }
}
