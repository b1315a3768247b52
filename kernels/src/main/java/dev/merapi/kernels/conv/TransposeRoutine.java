package dev.merapi.kernels.conv;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Transposition;
import dev.merapi.kernels.ir.build.Vec;
import java.util.ArrayList;
import java.util.List;

/// Writes the routine of the [Transposer], `(source, target, stepStride, lineStride, steps,
/// extent)`: element `s` of line `i` goes to `target + (s * width + i) * 4`.
///
/// The arguments are those of a [dev.merapi.kernels.gemm.Pack]: the step stride is 4, the extent
/// holds lines and width. Any number of lines and steps will do, none as well, and what lies beside
/// a step's elements is neither read nor written.
final class TransposeRoutine {
  private static final MemoryType F32 = MemoryType.F32;

  private final int lanes;
  private final RoutineBuilder b;
  private final Ptr source;
  private final Ptr target;
  private final Int lineStride;
  private final Int steps;
  private final Int lines;
  private final Int widthBytes;

  private TransposeRoutine(int lanes) {
    this.lanes = lanes;
    this.b = new RoutineBuilder("transpose" + lanes);
    this.source = b.pointer("source");
    this.target = b.pointer("target");
    b.integer("stepStride");
    this.lineStride = b.integer("lineStride");
    this.steps = b.integer("steps");
    Int extent = b.integer("extent");
    this.lines = PackedArguments.low(extent).named("lines");
    this.widthBytes = PackedArguments.high(extent).times(Float.BYTES).named("widthBytes");
  }

  /// @param lanes lines and steps of a square that is turned in registers
  static Routine of(int lanes) {
    return new TransposeRoutine(lanes).routine();
  }

  private Routine routine() {
    b.lanes(
        lines,
        lanes,
        (line, ofLines) -> {
          Ptr from = source.plus(line.times(lineStride));
          Ptr to = target.plus(line, Float.BYTES);
          b.lanes(steps, lanes, (step, ofSteps) -> square(from, to, line, step, ofLines, ofSteps));
        });
    return b.build();
  }

  /// Turns one square, or what there is of it.
  private void square(Ptr from, Ptr to, Int line, Int step, Mask ofLines, Mask ofSteps) {
    List<Vec> square = new ArrayList<>();
    Ptr next = from.plus(step, Float.BYTES);
    for (int i = 0; i < lanes; i++) {
      Mask here = ofLines.isAll() ? ofSteps : ofSteps.and(ofLine(line, i));
      square.add(next.here().load(F32, lanes, here));
      next = next.plus(lineStride);
    }
    List<Vec> turned = Transposition.of(square);
    Ptr at = to.plus(step.times(widthBytes));
    for (int i = 0; i < lanes; i++) {
      Ptr place = at;
      Vec elements = Transposition.lanes(turned, i);
      if (ofSteps.isAll()) {
        place.here().store(F32, elements, ofLines);
      } else {
        b.when(step.plus(i).lessThan(steps), () -> place.here().store(F32, elements, ofLines));
      }
      at = at.plus(widthBytes);
    }
  }

  /// All lanes, or none if there is no such line.
  private Mask ofLine(Int line, int number) {
    return lines.minus(line).minus(number).min(b.constant(1)).times(lanes).maskBelow(lanes);
  }
}
