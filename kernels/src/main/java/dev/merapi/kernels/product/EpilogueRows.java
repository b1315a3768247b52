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
record EpilogueRows(TileEpilogue epilogue, int rows, int lanes) {
  /// A loop over the rows of a strip and along some columns.
  ///
  /// @param block the [Arguments]
  /// @param c the first element
  /// @param row its row in the result
  /// @param column its column
  /// @param count columns
  void write(RoutineBuilder r, Ptr block, Ptr c, Int row, Int column, Int count) {
    MemoryType type = MemoryType.F32;
    Int rowC = Arguments.ROW_C.integer(block);
    Var<Ptr> nextRow = r.variable("rowOfC", c);
    r.loop(
        r.constant(rows),
        i -> {
          Ptr line = nextRow.get();
          r.lanes(
              count,
              lanes,
              (j, mask) -> {
                Place place = line.at(j, type.bytes());
                EpilogueCode code =
                    new EpilogueCode(r, epilogue, block, row.plus(i), column.plus(j), mask);
                place.store(type, code.apply(0, place.load(type, lanes, mask)), mask);
              });
          nextRow.set(line.plus(rowC));
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
