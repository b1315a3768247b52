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

  private final CodeForm form;

  PackLines(Packing packing) {
    super(packing);
    this.form = packing.form();
  }

  Routine routine() {
    Var<Ptr> from = r.variable("from", source);
    Var<Ptr> to = r.variable("to", panels);
    switch (form) {
      case LONG -> {
        Int full = steps.and(-STEPS_AT_A_TIME);
        Int some = r.constant(STEPS_AT_A_TIME);
        r.loop(r.constant(0), full, STEPS_AT_A_TIME, _ -> panels(from, to, some));
        r.loop(full, steps, 1, _ -> panels(from, to, r.constant(1)));
      }
      case SHORT ->
          r.loop(
              r.constant(0),
              steps,
              STEPS_AT_A_TIME,
              step -> panels(from, to, steps.minus(step).min(r.constant(STEPS_AT_A_TIME))));
    }
    return r.build();
  }

  private void panels(Var<Ptr> from, Var<Ptr> to, Int count) {
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
    to.set(to.get().plus(count.times(stepBytes())));
  }

  /// @param present lines that exist
  private void copy(Ptr source, Ptr panel, Int count, Int present) {
    List<Mask> masks = new ArrayList<>();
    for (int first = 0; first < width; first += lanes) {
      masks.add(present.minus(first).maskBelow(lanes));
    }
    switch (form) {
      case LONG -> {
        Ptr from = source;
        Ptr ahead = source.plus(stepStride.times(STEPS_AT_A_TIME));
        long steps = count.constant().orElseThrow();
        for (long step = 0; step < steps; step++) {
          // Pieces of rows are too short for the processor to see what comes next.
          for (int first = 0; first < width; first += lanes) {
            ahead.at((long) first * F32.bytes()).prefetch();
          }
          ahead = ahead.plus(stepStride);
          copyStep(from, panel.plus(step * stepBytes()), masks);
          from = from.plus(stepStride);
        }
      }
      case SHORT -> {
        Var<Ptr> from = r.variable("from", source);
        Var<Ptr> to = r.variable("to", panel);
        r.loop(
            count,
            _ -> {
              copyStep(from.get(), to.get(), masks);
              from.set(from.get().plus(stepStride));
              to.set(to.get().plus(stepBytes()));
            });
      }
    }
  }

  private void copyStep(Ptr from, Ptr panel, List<Mask> masks) {
    for (int first = 0; first < width; first += lanes) {
      long bytes = (long) first * F32.bytes();
      Vec vector = from.at(bytes).load(F32, lanes, masks.get(first / lanes));
      store(panel.plus(bytes), vector, Math.min(lanes, width - first));
    }
  }
}
