package dev.merapi.kernels.ir.samples;

import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.ScalarLanes;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.math.Expansions;
import java.util.function.BinaryOperator;

/// Softmax of `rows` dense rows of `n` elements, in place or not: the maximum, the exponentials and
/// their sum, the quotients. The type in memory may be narrow; all arithmetic is in `f32`.
public final class Softmax {
  public static final int LANES = 16;

  private static final ScalarFn EXP = Expansions.ofF32(ScalarPrimitive.EXP).orElseThrow();

  private final MemoryType type;
  private final RoutineBuilder b = new RoutineBuilder("softmax");

  private Softmax(MemoryType type) {
    this.type = type;
  }

  /// A routine of `(x, y, rows, n)`.
  public static Routine of(MemoryType type) {
    return new Softmax(type).routine();
  }

  private Routine routine() {
    Ptr x = b.pointer("x");
    Ptr y = b.pointer("y");
    Int rows = b.integer("rows");
    Int n = b.integer("n");
    Int rowBytes = n.times(type.bytes());
    b.loop(
        rows,
        row -> {
          Int start = row.times(rowBytes);
          row(x.plus(start), y.plus(start), n);
        });
    return b.build();
  }

  private void row(Ptr x, Ptr y, Int n) {
    Vec lowest = b.f32(LANES, Float.NEGATIVE_INFINITY);
    Var<Vec> max = b.variable("max", lowest);
    b.lanes(
        n,
        LANES,
        (i, mask) -> {
          Vec v = mask.select(at(x, i).load(type, LANES, mask), lowest);
          max.set(v.max(max.get()));
        });
    Vec greatest = tree(max.get(), Vec::max).lane(0).splat(LANES).named("greatest");

    Var<Vec> sum = b.variable("sum", b.f32(LANES, 0));
    b.lanes(
        n,
        LANES,
        (i, mask) -> {
          Vec e = exponential(at(x, i).load(type, LANES, mask).minus(greatest));
          at(y, i).store(type, e, mask);
          sum.set(sum.get().plus(mask.select(e, b.f32(LANES, 0))));
        });
    Vec total = tree(sum.get(), Vec::plus).named("total");

    b.lanes(
        n,
        LANES,
        (i, mask) -> {
          Place place = at(y, i);
          place.store(type, place.load(type, LANES, mask).over(total), mask);
        });
  }

  private Place at(Ptr row, Int i) {
    return row.at(i, type.bytes());
  }

  private Vec exponential(Vec v) {
    return new ScalarLanes(b, LANES).floats(EXP, v);
  }

  /// Joins all lanes, neighbours last; the result is in every lane.
  private static Vec tree(Vec lanes, BinaryOperator<Vec> join) {
    Vec joined = lanes;
    for (int distance = LANES / 2; distance > 0; distance /= 2) {
      joined = join.apply(joined, joined.swap(distance));
    }
    return joined;
  }
}
