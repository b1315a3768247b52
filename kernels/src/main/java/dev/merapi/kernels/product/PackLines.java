package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import java.util.ArrayList;
import java.util.List;

/// Copies lines that are neighbours. A few steps of all panels are taken at a time, so that the
/// source is read along its rows.
final class PackLines extends PackCode {
  private static final int STEPS_AT_A_TIME = 8;

  PackLines(Packing packing) {
    super(packing);
  }

  Routine routine() {
    Var<Ptr> from = r.variable("from", source);
    Var<Ptr> to = r.variable("to", panels);
    Int full = steps.and(-STEPS_AT_A_TIME);
    r.loop(r.constant(0), full, STEPS_AT_A_TIME, _ -> panels(from, to, STEPS_AT_A_TIME));
    r.loop(full, steps, 1, _ -> panels(from, to, 1));
    return r.build();
  }

  private void panels(Var<Ptr> from, Var<Ptr> to, int count) {
    Int panelBytes = steps.times(stepBytes());
    Var<Ptr> source = r.variable("line", from.get());
    Var<Ptr> panel = r.variable("panel", to.get());
    Var<Int> rest = r.variable("rest", lines);
    r.loop(
        r.constant(0),
        lines.minus(width - 1L),
        width,
        _ -> {
          copy(source.get(), panel.get(), count, r.constant(width));
          source.set(source.get().plus(stepBytes()));
          panel.set(panel.get().plus(panelBytes));
          rest.set(rest.get().minus(width));
        });
    r.when(
        r.constant(0).lessThan(rest.get()),
        () -> copy(source.get(), panel.get(), count, rest.get()));
    from.set(from.get().plus(stepStride.times(count)));
    to.set(to.get().plus(stepBytes() * count));
  }

  /// @param present lines that exist
  private void copy(Ptr source, Ptr panel, int count, Int present) {
    List<Mask> masks = new ArrayList<>();
    for (int first = 0; first < width; first += lanes) {
      masks.add(present.minus(first).maskBelow(lanes));
    }
    Ptr from = source;
    for (int step = 0; step < count; step++) {
      for (int first = 0; first < width; first += lanes) {
        Vec vector = from.at((long) first * F32.bytes()).load(F32, lanes, masks.get(first / lanes));
        Ptr to = panel.plus(step * stepBytes() + (long) first * F32.bytes());
        store(to, vector, Math.min(lanes, width - first));
      }
      from = from.plus(stepStride);
    }
  }
}
