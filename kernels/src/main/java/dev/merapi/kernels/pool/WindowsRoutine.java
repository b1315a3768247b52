package dev.merapi.kernels.pool;

import dev.merapi.graph.Monoid;
import dev.merapi.kernels.ir.Lane;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.VectorType;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;

/// Writes the routine that pools windows of any geometry, one after the other, `(x, y, table, rows,
/// columns)`.
///
/// - `x`, `y`: the planes of operand and result.
/// - `table`: a [WindowTable].
/// - `rows`, `columns`: the rectangle of positions, see [#range].
///
/// A sum of a window with more taps than a short one has is in double.
final class WindowsRoutine {
  private static final MemoryType F32 = MemoryType.F32;

  private final Monoid monoid;
  private final boolean isLong;
  private final RoutineBuilder b;

  private WindowsRoutine(Monoid monoid, boolean isLong) {
    this.monoid = monoid;
    this.isLong = isLong;
    this.b = new RoutineBuilder((isLong ? "longWindows" : "windows") + monoid);
  }

  /// @param isLong whether sums are in double
  static Routine of(Monoid monoid, boolean isLong) {
    return new WindowsRoutine(monoid, isLong).routine();
  }

  /// Positions from one up to another, exclusive.
  static long range(int from, int end) {
    return from | (long) end << Integer.SIZE;
  }

  private Routine routine() {
    Ptr x = b.pointer("x");
    Ptr y = b.pointer("y");
    WindowTable.Reader table = new WindowTable.Reader(b.pointer("table"));
    Int rows = b.integer("rows");
    Int columns = b.integer("columns");
    Int tapRowBytes = table.tapRowBytes();
    Int tapBytes = table.tapBytes();
    Int pooledLineBytes = table.pooledLineBytes();
    WindowLoops.of(b, table, rows, columns)
        .forEach(window -> {
          Vec joined = window(x.plus(window.offset()), window, tapRowBytes, tapBytes);
          Ptr line = y.plus(window.row().times(pooledLineBytes));
          line.at(window.column(), Float.BYTES).store(F32, joined);
        });
    return b.build();
  }

  private Vec window(Ptr first, WindowLoops.Window window, Int tapRowBytes, Int tapBytes) {
    VectorType type = new VectorType(isLong ? Lane.F64 : Lane.F32, 1);
    Var<Vec> joined = b.variable("joined", b.vector(type, monoid.identity()));
    Var<Ptr> line = b.variable("line", first);
    b.loop(
        window.tapRows(),
        _ -> {
          Var<Ptr> at = b.variable("at", line.get());
          b.loop(
              window.taps(),
              _ -> {
                joined.set(join(joined.get(), at.get().here().load(F32, 1)));
                at.set(at.get().plus(tapBytes));
              });
          line.set(line.get().plus(tapRowBytes));
        });
    return joined.get().to(Lane.F32);
  }

  private Vec join(Vec joined, Vec element) {
    return switch (monoid) {
      case SUM -> joined.plus(element.to(joined.lane()));
      case MAX, MIN -> Extremes.join(monoid, joined, element);
    };
  }
}
