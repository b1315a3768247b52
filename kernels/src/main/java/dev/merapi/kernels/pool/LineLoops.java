package dev.merapi.kernels.pool;

import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Loops;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;

/// Emits the loops over lines and over the vectors of a line. The last vector is moved back to the
/// line's end, which spares masks.
final class LineLoops {
  private final LaneCode lane;
  private final CodeBuilder code;
  private final int columns;
  private final int lines;
  private final int line;
  private final int column;
  private final int last;
  private final int at;

  /// @param extent the argument that holds [WindowLines#extent]
  LineLoops(LaneCode lane, int extent) {
    this.lane = lane;
    this.code = lane.code();
    this.columns = code.allocateLocal(TypeKind.INT);
    this.lines = code.allocateLocal(TypeKind.INT);
    this.line = code.allocateLocal(TypeKind.INT);
    this.column = code.allocateLocal(TypeKind.INT);
    this.last = code.allocateLocal(TypeKind.INT);
    this.at = code.allocateLocal(TypeKind.INT);
    code.lload(parameter(extent)).l2i().istore(columns);
    code.lload(parameter(extent)).loadConstant(Integer.SIZE).lushr().l2i().istore(lines);
    code.iload(columns).loadConstant(lane.lanes().count()).isub().istore(last);
  }

  /// Emits the loops.
  ///
  /// @param vector emits what is done with the vector at [#pushOffset]
  /// @param nextLine emits what is done at the end of each line
  void emit(Runnable vector, Runnable nextLine) {
    Loops.count(
        code,
        line,
        lines,
        1,
        () -> {
          Loops.count(code, column, columns, lane.lanes().count(), () -> emitVector(vector));
          nextLine.run();
        });
  }

  private void emitVector(Runnable vector) {
    code.iload(column).iload(last);
    lane.min();
    code.istore(at);
    vector.run();
  }

  /// Pushes the bytes from the line's first element to the vector's, elements of the line being
  /// `stride` floats apart.
  void pushOffset(int stride) {
    code.iload(at).i2l().loadConstant((long) stride * Float.BYTES).lmul();
  }

  /// Emits `cursor += argument`.
  void advance(int cursor, int argument) {
    code.lload(cursor).lload(parameter(argument)).ladd().lstore(cursor);
  }
}
