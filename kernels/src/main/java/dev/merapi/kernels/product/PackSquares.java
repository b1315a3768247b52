package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.Transposition;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

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
    Int panelBytes = steps.times(stepBytes());
    Var<Ptr> panel = r.variable("panel", panels);
    r.loop(
        r.constant(0),
        lines,
        width,
        first -> {
          Int present = lines.minus(first).min(r.constant(width));
          Ptr from = source.plus(first.times(lineStride));
          Ptr to = panel.get();
          r.when(
              present.min(steps).lessThan(side),
              () -> r.call(elements, from, to, steps, present, lineStride, stepStride),
              () -> squares(from, to, present));
          panel.set(to.plus(panelBytes));
        });
    return r.build();
  }

  private void squares(Ptr from, Ptr to, Int present) {
    along(
        present,
        line -> {
          Ptr source = from.plus(line.times(lineStride));
          Ptr target = to.plus(line, F32.bytes());
          along(
              steps,
              step -> square(source.plus(step, F32.bytes()), target.plus(step, stepBytes())));
        });
  }

  private void along(Int end, Consumer<Int> body) {
    Int last = end.minus(side);
    r.loop(r.constant(0), end, side, i -> body.accept(i.min(last)));
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
