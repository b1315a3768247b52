package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.Transposition;
import dev.merapi.kernels.ir.build.Vec;
import java.util.ArrayList;
import java.util.List;

/// Transposes small squares of lines whose steps are neighbours: code that the compilers of the JVM
/// take. Where lines or steps do not fill the last square it is moved back; where they fill none,
/// one element is copied after the other.
final class PackSquares extends PackCode {
  private static final int LARGE = 8;
  private static final int SMALL = 4;

  private final int side;
  private final Routine elements;

  PackSquares(Packing packing) {
    super(packing);
    this.side = Math.min(width, lanes) >= LARGE ? LARGE : SMALL;
    this.elements = new PackElements(packing).routine();
  }

  /// Whether there are squares for such panels.
  static boolean suits(Packing packing) {
    return Math.min(packing.width(), packing.lanes()) >= SMALL;
  }

  Routine routine() {
    eachPanel((first, panel) -> {
      Int present = lines.minus(first).min(r.constant(width));
      Ptr from = source.plus(first.times(lineStride));
      r.when(
          present.min(steps).lessThan(side),
          () -> r.call(elements, from, panel, steps, present, lineStride, stepStride),
          () -> squares(from, panel, present));
    });
    return r.build();
  }

  private void squares(Ptr from, Ptr to, Int present) {
    r.overlapping(
        present,
        side,
        line -> {
          Ptr source = from.plus(line.times(lineStride));
          Ptr target = to.plus(line, F32.bytes());
          r.overlapping(
              steps,
              side,
              step -> square(source.plus(step, F32.bytes()), target.plus(step, stepBytes())));
        });
  }

  private void square(Ptr from, Ptr to) {
    List<Vec> square = new ArrayList<>();
    Ptr next = from;
    for (int i = 0; i < side; i++) {
      square.add(next.here().load(F32, side));
      next = next.plus(lineStride);
    }
    List<Vec> turned = Transposition.of(square);
    for (int i = 0; i < side; i++) {
      to.at(i * stepBytes()).store(F32, turned.get(i));
    }
  }
}
