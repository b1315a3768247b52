package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.Transposition;
import dev.merapi.kernels.ir.build.Vec;
import java.util.ArrayList;
import java.util.List;

/// Transposes squares of lines whose steps are neighbours. For a line that does not exist the last
/// one is taken again.
final class PackSteps extends PackCode {
  PackSteps(Packing packing) {
    super(packing);
  }

  Routine routine() {
    eachPanel((first, panel) -> {
      int whole = width - width % lanes;
      if (whole > 0) {
        // A loop, so that the code of wide panels, which runs once for a model, is soon made.
        r.loop(
            r.constant(0),
            r.constant(whole),
            lanes,
            line -> squares(first.plus(line), panel.plus(line, F32.bytes()), lanes));
      }
      if (whole < width) {
        squares(first.plus(whole), panel.plus((long) whole * F32.bytes()), width - whole);
      }
    });
    return r.build();
  }

  /// All squares of some lines.
  private void squares(Int first, Ptr panel, int count) {
    List<Ptr> starts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Int line = first.plus(i).min(lines.minus(1));
      starts.add(source.plus(line.times(lineStride)));
    }
    Int full = steps.and(-lanes);
    r.loop(r.constant(0), full, lanes, step -> square(starts, panel, step, allLanes(), lanes));
    Int rest = steps.minus(full);
    r.when(
        r.constant(0).lessThan(rest),
        () -> {
          // Steps are stored until the last one that exists.
          Mask mask = rest.maskBelow(lanes);
          List<Vec> turned = load(starts, full, mask);
          Ptr to = panel.plus(full, stepBytes());
          for (int i = 0; i < lanes - 1; i++) {
            int step = i;
            r.when(
                r.constant(step).lessThan(rest),
                () -> store(to.plus(step * stepBytes()), turned.get(step), count));
          }
        });
  }

  private Mask allLanes() {
    return r.constant(lanes).maskBelow(lanes);
  }

  private void square(List<Ptr> starts, Ptr panel, Int step, Mask mask, int stored) {
    List<Vec> turned = load(starts, step, mask);
    Ptr to = panel.plus(step, stepBytes());
    for (int i = 0; i < stored; i++) {
      store(to.plus(i * stepBytes()), turned.get(i), starts.size());
    }
  }

  private List<Vec> load(List<Ptr> starts, Int step, Mask mask) {
    List<Vec> square = new ArrayList<>();
    for (int i = 0; i < lanes; i++) {
      square.add(
          i < starts.size()
              ? starts.get(i).at(step, F32.bytes()).load(F32, lanes, mask)
              : r.f32(lanes, 0));
    }
    return Transposition.of(square);
  }
}
