package dev.merapi.kernels.pool;

import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import java.util.function.Consumer;

/// Loops over a rectangle of positions with their windows, row by row.
final class WindowLoops {
  private final RoutineBuilder b;
  private final WindowTable.Reader table;
  private final Int rows;
  private final Int columns;

  private WindowLoops(RoutineBuilder b, WindowTable.Reader table, Int rows, Int columns) {
    this.b = b;
    this.table = table;
    this.rows = rows;
    this.columns = columns;
  }

  /// @param rows a [WindowsRoutine#range]
  /// @param columns another one
  static WindowLoops of(RoutineBuilder b, WindowTable.Reader table, Int rows, Int columns) {
    return new WindowLoops(b, table, rows, columns);
  }

  /// The window of a position, as far as it meets elements.
  ///
  /// @param offset bytes from the first element of the plane to the window's first
  record Window(Int row, Int column, Int offset, Int tapRows, Int taps) {}

  void forEach(Consumer<Window> body) {
    b.loop(
        from(rows),
        end(rows),
        1,
        row -> {
          WindowTable.Entry ofRow = table.row(row);
          Int tapRows = ofRow.taps().named("tapRows");
          Int line = ofRow.offset().named("firstLine");
          b.loop(
              from(columns),
              end(columns),
              1,
              column -> {
                WindowTable.Entry ofColumn = table.column(column);
                Int offset = line.plus(ofColumn.offset());
                body.accept(
                    new Window(row, column, offset, tapRows, ofColumn.taps().named("taps")));
              });
        });
  }

  private static Int from(Int range) {
    return range.field(0, Integer.SIZE);
  }

  private static Int end(Int range) {
    return range.ushr(Integer.SIZE);
  }
}
