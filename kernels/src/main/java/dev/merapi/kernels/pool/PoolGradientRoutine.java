package dev.merapi.kernels.pool;

import dev.merapi.graph.Monoid;
import dev.merapi.kernels.ir.Comparison;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.pool.WindowTable.Field;
import java.util.List;

/// Writes a [PoolingGradient]: a plane is set to zero unless the interior covers it; vectors write
/// all elements under the windows of the interior; each other position adds to what its window has
/// received so far, positions of a rectangle in row-major order.
final class PoolGradientRoutine {
  private static final MemoryType F32 = MemoryType.F32;

  private final PoolingGradient gradient;
  private final Monoid monoid;
  private final int lanes;
  private final RoutineBuilder b;
  private final WindowTable.Reader table;
  private final PlaneLoops loops;

  /// Where one plane of each lies.
  private record Plane(Ptr x, Ptr dy, Ptr dx) {}

  private PoolGradientRoutine(PoolingGradient gradient, RoutineBuilder b, Ptr table) {
    this.gradient = gradient;
    this.monoid = gradient.monoid();
    this.lanes = gradient.lanes();
    this.b = b;
    this.table = new WindowTable.Reader(table);
    this.loops = new PlaneLoops(b, this.table);
  }

  static Routine of(PoolingGradient gradient) {
    RoutineBuilder b = new RoutineBuilder("poolGradient" + gradient.monoid());
    Plane first = new Plane(b.pointer("x"), b.pointer("dy"), b.pointer("dx"));
    return new PoolGradientRoutine(gradient, b, b.pointer("table")).routine(first);
  }

  private Routine routine(Plane first) {
    Int from = b.integer("plane");
    Int end = b.integer("endPlane");
    b.loop(
        from,
        end,
        1,
        number -> {
          Int bytes = number.times(table.get(Field.PLANE_BYTES));
          Int pooledBytes = number.times(table.get(Field.POOLED_PLANE_BYTES));
          Plane plane =
              new Plane(first.x.plus(bytes), first.dy.plus(pooledBytes), first.dx.plus(bytes));
          clear(plane);
          if (gradient.isPair()) {
            pairs(plane);
          }
          windows(plane);
        });
    return b.build();
  }

  private void clear(Plane plane) {
    Vec zero = b.f32(lanes, 0);
    b.lanes(
        table.get(Field.UNCOVERED),
        lanes,
        (element, mask) -> plane.dx.at(element, Float.BYTES).store(F32, zero, mask));
  }

  private void pairs(Plane plane) {
    Int lineBytes = table.get(Field.LINE_BYTES);
    loops.vectors(
        lanes,
        inner -> {
          Ptr pooled = plane.dy.plus(inner.pooledLine());
          Vec received = pooled.at(inner.column(), Float.BYTES).load(F32, lanes);
          Int offset = inner.line().plus(inner.column().times(2L * Float.BYTES));
          List<Vec> shares = shares(plane.x.plus(offset), lineBytes, received);
          Ptr first = plane.dx.plus(offset);
          first.here().store(F32, shares.get(0).concat(shares.get(1)).zip());
          first.at(lineBytes, 1).store(F32, shares.get(2).concat(shares.get(3)).zip());
        });
  }

  /// What each of the four taps receives.
  private List<Vec> shares(Ptr window, Int lineBytes, Vec received) {
    if (monoid == Monoid.SUM) {
      return List.of(received, received, received, received);
    }
    List<Vec> taps = new WindowLines(2, 2, 2, 1, lanes).taps(window, lineBytes);
    Vec extreme = taps.getFirst();
    Mask winsSecond = Extremes.replaces(monoid, taps.get(1), extreme);
    extreme = winsSecond.select(taps.get(1), extreme);
    Mask winsThird = Extremes.replaces(monoid, taps.get(2), extreme);
    extreme = winsThird.select(taps.get(2), extreme);
    Mask winsFourth = Extremes.replaces(monoid, taps.get(3), extreme);
    // A later winner takes it from an earlier one.
    Mask notFirst = winsSecond.or(winsThird).or(winsFourth);
    Vec none = b.f32(lanes, 0);
    return List.of(
        notFirst.select(none, received),
        winsSecond.andNot(winsThird.or(winsFourth)).select(received, none),
        winsThird.andNot(winsFourth).select(received, none),
        winsFourth.select(received, none));
  }

  private void windows(Plane plane) {
    Int tapRowBytes = table.get(Field.TAP_ROW_BYTES);
    Int tapBytes = table.get(Field.TAP_BYTES);
    loops.windows(window -> {
      Vec received = plane.dy.at(window.pooled(), 1).load(F32, 1);
      switch (monoid) {
        case SUM ->
            loops.taps(
                window, tapRowBytes, tapBytes, offset -> add(plane.dx.at(offset, 1), received));
        case MAX, MIN ->
            b.when(
                window.tapRows().min(window.taps()).compare(Comparison.GT, b.constant(0)),
                () -> {
                  Int winner = winner(plane.x, window, tapRowBytes, tapBytes);
                  add(plane.dx.at(winner, 1), received);
                });
      }
    });
  }

  private static void add(Place place, Vec received) {
    place.store(F32, place.load(F32, 1).plus(received));
  }

  /// Where the extreme element of a window lies.
  private Int winner(Ptr x, PlaneLoops.Window window, Int tapRowBytes, Int tapBytes) {
    Var<Int> winner = b.variable("winner", window.offset());
    Var<Vec> extreme = b.variable("extreme", x.at(window.offset(), 1).load(F32, 1));
    loops.taps(
        window,
        tapRowBytes,
        tapBytes,
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
