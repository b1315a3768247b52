package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;

/// Applies an epilogue to complete sums that lie in C.
///
/// @param rows of a strip
/// @param isColumn whether C is a single column of adjacent elements, whose rows then lie in lanes
record EpilogueRows(TileEpilogue epilogue, int rows, int lanes, boolean isColumn) {
  static EpilogueRows of(Strip strip) {
    return new EpilogueRows(
        strip.epilogue(), strip.tile().rows(), strip.tile().lanes(), strip.isColumn());
  }

  /// A loop over the rows of a strip and along some columns.
  ///
  /// @param block the [Arguments]
  /// @param c the first element
  /// @param row its row in the result
  /// @param column its column
  /// @param count columns
  void write(RoutineBuilder r, Ptr block, Ptr c, Int row, Int column, Int count) {
    if (isColumn) {
      line(r, epilogue.transposed(), block, c, column, row, r.constant(rows));
      return;
    }
    Int rowC = Arguments.ROW_C.integer(block);
    Var<Ptr> nextRow = r.variable("rowOfC", c);
    r.loop(
        r.constant(rows),
        i -> {
          Ptr line = nextRow.get();
          line(r, epilogue, block, line, row.plus(i), column, count);
          nextRow.set(line.plus(rowC));
        });
  }

  private void line(
      RoutineBuilder r, TileEpilogue fn, Ptr block, Ptr line, Int row, Int column, Int count) {
    MemoryType type = MemoryType.F32;
    r.lanes(
        count,
        lanes,
        (j, mask) -> {
          Place place = line.at(j, type.bytes());
          EpilogueCode code = new EpilogueCode(r, fn, block, row, column.plus(j), mask);
          place.store(type, code.apply(0, place.load(type, lanes, mask)), mask);
        });
  }

  /// The same as a routine `(block, c, row, column, count)`.
  Routine routine() {
    RoutineBuilder r = new RoutineBuilder("epilogue_" + rows + "x" + lanes);
    Ptr block = r.pointer("block");
    Ptr c = r.pointer("c");
    Int row = r.integer("row");
    Int column = r.integer("column");
    Int count = r.integer("count");
    write(r, block, c, row, column, count);
    return r.build();
  }
}
