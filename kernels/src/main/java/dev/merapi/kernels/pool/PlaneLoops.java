package dev.merapi.kernels.pool;

import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.pool.WindowTable.Field;
import java.util.function.Consumer;

/// The loops over what is to be done in one plane. All that they give is in bytes from the first
/// element of a plane, of the operand or of the result.
record PlaneLoops(RoutineBuilder b, WindowTable.Reader table) {
  /// Where a vector of positions of the interior lies.
  ///
  /// @param line from the plane's start to tap (0, 0) of the line's first position
  /// @param pooledLine from the start of the result's plane to the line's first position
  /// @param column number of the vector's first position in the line
  record Inner(Int line, Int pooledLine, Int column) {}

  /// Loops over the vectors of the interior. The last one of a line is moved back to the line's
  /// end, which spares masks and computes some positions a second time.
  ///
  /// @param lanes the interior has as many columns at least
  void vectors(int lanes, Consumer<Inner> body) {
    Int columns = table.get(Field.INNER_COLUMNS);
    Int step = table.get(Field.INNER_STEP_BYTES);
    Int pooledStep = table.get(Field.POOLED_LINE_BYTES);
    Var<Int> from = b.variable("from", table.get(Field.INNER_OFFSET));
    Var<Int> to = b.variable("to", table.get(Field.INNER_POOLED_OFFSET));
    b.loop(
        table.get(Field.INNER_LINES),
        _ -> {
          Int line = from.get();
          Int pooledLine = to.get();
          b.overlapping(columns, lanes, column -> body.accept(new Inner(line, pooledLine, column)));
          from.set(line.plus(step));
          to.set(pooledLine.plus(pooledStep));
        });
  }

  /// The window of a position outside the interior, as far as it meets elements.
  ///
  /// @param offset from the plane's start to the window's first element; without a meaning where
  ///   there is none
  /// @param pooled from the start of the result's plane to the position
  record Window(Int offset, Int pooled, Int tapRows, Int taps) {}

  /// Loops over these windows.
  void windows(Consumer<Window> body) {
    b.loop(
        table.get(Field.RECTANGLE_COUNT),
        number -> {
          WindowTable.Rectangle rectangle = table.rectangle(number);
          Int lineBytes = table.get(Field.LINE_BYTES);
          Int pooledLineBytes = table.get(Field.POOLED_LINE_BYTES);
          Int entries = table.get(Field.COLUMN_ENTRIES);
          Int column = rectangle.column().named("column");
          Int endColumn = rectangle.endColumn().named("endColumn");
          b.loop(
              rectangle.row(),
              rectangle.endRow(),
              1,
              row -> {
                WindowTable.Entry ofRow = table.row(row);
                Int tapRows = ofRow.taps().named("tapRows");
                Int line = ofRow.element().times(lineBytes);
                Int pooledLine = row.times(pooledLineBytes);
                b.loop(
                    column,
                    endColumn,
                    1,
                    at -> {
                      WindowTable.Entry ofColumn = table.column(entries, at);
                      body.accept(
                          new Window(
                              line.plus(ofColumn.element().times(Float.BYTES)),
                              pooledLine.plus(at.times(Float.BYTES)),
                              tapRows,
                              ofColumn.taps().named("taps")));
                    });
              });
        });
  }

  /// Loops over the taps of a window that meet elements, row by row.
  ///
  /// @param tapRowBytes the field of this name, read outside
  /// @param tapBytes the same
  /// @param tap takes how far its element lies from the plane's start
  void taps(Window window, Int tapRowBytes, Int tapBytes, Consumer<Int> tap) {
    Var<Int> line = b.variable("line", window.offset());
    b.loop(
        window.tapRows(),
        _ -> {
          Var<Int> at = b.variable("at", line.get());
          b.loop(
              window.taps(),
              _ -> {
                tap.accept(at.get());
                at.set(at.get().plus(tapBytes));
              });
          line.set(line.get().plus(tapRowBytes));
        });
  }
}
