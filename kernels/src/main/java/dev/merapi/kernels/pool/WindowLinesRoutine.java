package dev.merapi.kernels.pool;

import dev.merapi.graph.Monoid;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import java.util.ArrayList;
import java.util.List;

/// Writes a [WindowLines], whose arguments it has: the taps are unrolled, row by row.
final class WindowLinesRoutine {
  private static final MemoryType F32 = MemoryType.F32;

  private final WindowLines kernel;
  private final int lanes;
  private final RoutineBuilder b;

  private WindowLinesRoutine(WindowLines kernel) {
    this.kernel = kernel;
    this.lanes = kernel.lanes().count();
    this.b = new RoutineBuilder("poolLines" + kernel.monoid() + lanes);
  }

  static Routine of(WindowLines kernel) {
    return new WindowLinesRoutine(kernel).routine();
  }

  private Routine routine() {
    Ptr x = b.pointer("x");
    Ptr y = b.pointer("y");
    Int extent = b.integer("extent");
    Int tapRowBytes = b.integer("tapRowBytes");
    Int lineBytes = b.integer("lineBytes");
    Int pooledLineBytes = b.integer("pooledLineBytes");
    LineVectors vectors = new LineVectors(b, LineVectors.columns(extent), lanes);
    Var<Ptr> from = b.variable("from", x);
    Var<Ptr> to = b.variable("to", y);
    b.loop(
        LineVectors.lines(extent),
        _ -> {
          Ptr line = from.get();
          Ptr pooled = to.get();
          vectors.forEach(column -> {
            Ptr window = line.plus(column, (long) kernel.stride() * Float.BYTES);
            pooled.at(column, Float.BYTES).store(F32, window(window, tapRowBytes));
          });
          from.set(line.plus(lineBytes));
          to.set(pooled.plus(pooledLineBytes));
        });
    return b.build();
  }

  private Vec window(Ptr first, Int tapRowBytes) {
    List<Vec> taps = new ArrayList<>();
    Ptr row = first;
    for (int i = 0; i < kernel.rows(); i++) {
      taps.addAll(kernel.stride() == 1 ? row(row) : pairedRow(row));
      row = row.plus(tapRowBytes);
    }
    return joined(taps);
  }

  private List<Vec> row(Ptr row) {
    List<Vec> taps = new ArrayList<>();
    for (int tap = 0; tap < kernel.columns(); tap++) {
      taps.add(row.at((long) tap * kernel.dilation() * Float.BYTES).load(F32, lanes));
    }
    return taps;
  }

  /// The taps 2j and 2j + 1 are the even and odd ones of the elements from 2j on. Without a
  /// partner, the last tap takes the odd ones from the element before: so nothing behind the window
  /// is read.
  private List<Vec> pairedRow(Ptr row) {
    List<Vec> taps = new ArrayList<>();
    for (int tap = 0; tap + 1 < kernel.columns(); tap += 2) {
      Vec pair = pair(row, tap);
      taps.add(pair.slice(0, lanes));
      taps.add(pair.slice(lanes, lanes));
    }
    if (kernel.columns() % 2 == 1) {
      taps.add(pair(row, kernel.columns() - 2).slice(lanes, lanes));
    }
    return taps;
  }

  private Vec pair(Ptr row, int element) {
    return row.at((long) element * Float.BYTES).load(F32, 2 * lanes).unzip();
  }

  /// Joins the taps in their order.
  private Vec joined(List<Vec> taps) {
    Monoid monoid = kernel.monoid();
    // Among extremes the first element takes the place of the identity, whatever it is.
    Vec joined = monoid == Monoid.SUM ? b.f32(lanes, 0).plus(taps.getFirst()) : taps.getFirst();
    for (Vec tap : taps.subList(1, taps.size())) {
      joined =
          switch (monoid) {
            case SUM -> joined.plus(tap);
            case MAX, MIN -> Extremes.join(monoid, joined, tap);
          };
    }
    return joined;
  }
}
