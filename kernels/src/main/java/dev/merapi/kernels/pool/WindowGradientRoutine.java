package dev.merapi.kernels.pool;

import dev.merapi.graph.Monoid;
import dev.merapi.kernels.ir.Comparison;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import java.util.function.Consumer;

/// Writes the routine for the gradient of windows of any geometry, `(x, dy, dx, table, rows,
/// columns)`: each position adds to what its window has received so far, positions in row-major
/// order.
///
/// - `x`, `dx`: the planes of the operand, which is not read for sums, and of its gradient.
/// - `dy`: the plane of the result's gradient.
/// - `table`, `rows`, `columns`: as for a [WindowsRoutine].
final class WindowGradientRoutine {
  private static final MemoryType F32 = MemoryType.F32;

  private final Monoid monoid;
  private final RoutineBuilder b;
  private final Ptr x;
  private final Ptr dy;
  private final Ptr dx;
  private final WindowTable.Reader table;
  private final Int tapRowBytes;
  private final Int tapBytes;

  private WindowGradientRoutine(Monoid monoid) {
    this.monoid = monoid;
    this.b = new RoutineBuilder("windowGradient" + monoid);
    this.x = b.pointer("x");
    this.dy = b.pointer("dy");
    this.dx = b.pointer("dx");
    this.table = new WindowTable.Reader(b.pointer("table"));
    this.tapRowBytes = table.tapRowBytes();
    this.tapBytes = table.tapBytes();
  }

  static Routine of(Monoid monoid) {
    return new WindowGradientRoutine(monoid).routine();
  }

  private Routine routine() {
    Int rows = b.integer("rows");
    Int columns = b.integer("columns");
    Int pooledLineBytes = table.pooledLineBytes();
    WindowLoops.of(b, table, rows, columns)
        .forEach(window -> {
          Ptr line = dy.plus(window.row().times(pooledLineBytes));
          Vec gradient = line.at(window.column(), Float.BYTES).load(F32, 1);
          switch (monoid) {
            case SUM -> taps(window, offset -> add(dx.at(offset, 1), gradient));
            case MAX, MIN ->
                b.when(
                    window.tapRows().min(window.taps()).compare(Comparison.GT, b.constant(0)),
                    () -> add(dx.at(winner(window), 1), gradient));
          }
        });
    return b.build();
  }

  private static void add(Place place, Vec gradient) {
    place.store(F32, place.load(F32, 1).plus(gradient));
  }

  /// Loops over the taps of a window, with the bytes from the plane's first element to each.
  private void taps(WindowLoops.Window window, Consumer<Int> tap) {
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

  /// The bytes from the plane's first element to a window's extreme one.
  private Int winner(WindowLoops.Window window) {
    Var<Int> winner = b.variable("winner", window.offset());
    Var<Vec> extreme = b.variable("extreme", x.at(window.offset(), 1).load(F32, 1));
    taps(
        window,
        offset -> {
          Vec element = x.at(offset, 1).load(F32, 1);
          b.when(
              Extremes.replaces(monoid, element, extreme.get()).first(),
              () -> {
                extreme.set(element);
                winner.set(offset);
              });
        });
    return winner.get();
  }
}
