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
import dev.merapi.kernels.pool.WindowTable.Field;
import java.util.List;

/// Writes a [Pooling].
final class PoolRoutine {
  private static final MemoryType F32 = MemoryType.F32;

  private final Pooling pooling;
  private final Monoid monoid;
  private final RoutineBuilder b;
  private final Ptr x;
  private final Ptr y;
  private final WindowTable.Reader table;
  private final PlaneLoops loops;

  private PoolRoutine(Pooling pooling) {
    this.pooling = pooling;
    this.monoid = pooling.monoid();
    this.b = new RoutineBuilder("pool" + monoid);
    this.x = b.pointer("x");
    this.y = b.pointer("y");
    this.table = new WindowTable.Reader(b.pointer("table"));
    this.loops = new PlaneLoops(b, table);
  }

  static Routine of(Pooling pooling) {
    return new PoolRoutine(pooling).routine();
  }

  private Routine routine() {
    Int first = b.integer("plane");
    Int end = b.integer("endPlane");
    b.loop(
        first,
        end,
        1,
        plane -> {
          Ptr operand = x.plus(plane.times(table.get(Field.PLANE_BYTES)));
          Ptr pooled = y.plus(plane.times(table.get(Field.POOLED_PLANE_BYTES)));
          pooling.lines().ifPresent(lines -> vectors(lines, operand, pooled));
          windows(operand, pooled);
        });
    return b.build();
  }

  private void vectors(WindowLines lines, Ptr operand, Ptr pooled) {
    Int tapRowBytes = table.get(Field.TAP_ROW_BYTES);
    loops.vectors(
        lines.lanes(),
        inner -> {
          Ptr window =
              operand.plus(inner.line()).plus(inner.column(), lines.stride() * (long) Float.BYTES);
          Vec joined = joined(lines.taps(window, tapRowBytes));
          pooled.plus(inner.pooledLine()).at(inner.column(), Float.BYTES).store(F32, joined);
        });
  }

  /// Joins the taps in their order.
  private Vec joined(List<Vec> taps) {
    Vec first = taps.getFirst();
    // Among extremes the first element takes the place of the identity, whatever it is.
    Vec joined = monoid == Monoid.SUM ? b.f32(first.count(), 0).plus(first) : first;
    for (Vec tap : taps.subList(1, taps.size())) {
      joined = join(joined, tap);
    }
    return joined;
  }

  private void windows(Ptr operand, Ptr pooled) {
    Int tapRowBytes = table.get(Field.TAP_ROW_BYTES);
    Int tapBytes = table.get(Field.TAP_BYTES);
    VectorType type = new VectorType(pooling.isLong() ? Lane.F64 : Lane.F32, 1);
    loops.windows(window -> {
      Var<Vec> joined = b.variable("joined", b.vector(type, monoid.identity()));
      loops.taps(
          window,
          tapRowBytes,
          tapBytes,
          offset -> joined.set(join(joined.get(), operand.at(offset, 1).load(F32, 1))));
      pooled.at(window.pooled(), 1).store(F32, joined.get().to(Lane.F32));
    });
  }

  private Vec join(Vec joined, Vec element) {
    return switch (monoid) {
      case SUM -> joined.plus(element.to(joined.lane()));
      case MAX, MIN -> Extremes.join(monoid, joined, element);
    };
  }
}
