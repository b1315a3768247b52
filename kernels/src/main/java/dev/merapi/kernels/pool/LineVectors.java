package dev.merapi.kernels.pool;

import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import java.util.function.Consumer;

/// Loops over the vectors of a line. The last one is moved back to the line's end, which spares
/// masks and computes some positions a second time.
///
/// @param columns as many as lanes at least
record LineVectors(RoutineBuilder builder, Int columns, int lanes) {
  /// The columns of a [WindowLines#extent].
  static Int columns(Int extent) {
    return extent.field(0, Integer.SIZE).named("columns");
  }

  /// Its lines.
  static Int lines(Int extent) {
    return extent.ushr(Integer.SIZE).named("lines");
  }

  /// @param vector writes what is done from a column on
  void forEach(Consumer<Int> vector) {
    Int last = columns.minus(lanes);
    builder.loop(builder.constant(0), columns, lanes, column -> vector.accept(column.min(last)));
  }
}
