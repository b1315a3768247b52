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
import java.util.function.BiConsumer;

/// Writes the routine of the [Transposer], `(source, target, lineStride, steps, extent)`: element
/// `s` of line `i` goes to `target + (s * width + i) * 4`.
///
/// - `lineStride`: bytes from one line to the next.
/// - `extent`: how many lines, and the width, which is negative where steps go backwards:
///   [#extent].
///
/// What lies beside a step's elements is neither read nor written.
final class TransposeRoutine {
  /// What becomes of fewer lines or steps than are turned together.
  enum Few {
    /// There are none: the caller takes another routine.
    EXCLUDED,
    /// They are turned under masks, which makes the routine four times as long: too long for the
    /// JVM's compilers.
    MASKED
  }

  private static final MemoryType F32 = MemoryType.F32;

  private final int height;
  private final int lanes;
  private final Few few;
  private final RoutineBuilder b;
  private final Ptr source;
  private final Ptr target;
  private final Int lineStride;
  private final Int steps;
  private final Int lines;
  private final Int widthBytes;

  private TransposeRoutine(int height, int lanes, Few few) {
    this.height = height;
    this.lanes = lanes;
    this.few = few;
    this.b = new RoutineBuilder("transpose" + height + "x" + lanes + few);
    this.source = b.pointer("source");
    this.target = b.pointer("target");
    this.lineStride = b.integer("lineStride");
    this.steps = b.integer("steps");
    Int extent = b.integer("extent");
    this.lines = PackedArguments.low(extent).named("lines");
    this.widthBytes = PackedArguments.high(extent).times(Float.BYTES).named("widthBytes");
  }

  /// Lines and width in one word.
  static long extent(int lines, int width) {
    return (long) width << Integer.SIZE | lines;
  }

  /// @param height lines that are turned together
  /// @param lanes steps that are, as many at least
  static Routine of(int height, int lanes, Few few) {
    return new TransposeRoutine(height, lanes, few).routine();
  }

  private Routine routine() {
    along(
        lines,
        height,
        (line, ofLines) -> {
          Ptr from = source.plus(line.times(lineStride));
          Ptr to = target.plus(line, Float.BYTES);
          along(steps, lanes, (step, ofSteps) -> block(from, to, line, step, ofLines, ofSteps));
        });
    return b.build();
  }

  private void along(Int to, int count, BiConsumer<Int, Mask> body) {
    switch (few) {
      case MASKED -> b.overlappingLanes(to, count, body);
      case EXCLUDED -> {
        Mask all = b.constant(count).maskBelow(count);
        b.loop(b.constant(0), to, count, i -> body.accept(i.min(to.minus(count)), all));
      }
    }
  }

  /// Turns one block, or what there is of it.
  private void block(Ptr from, Ptr to, Int line, Int step, Mask ofLines, Mask ofSteps) {
    List<Vec> block = new ArrayList<>();
    Ptr first = from.plus(step, Float.BYTES);
    Ptr next = first;
    for (int i = 0; i < height; i++) {
      block.add(next.here().load(F32, lanes, ofSteps));
      // The last line stands for those that are not there: nobody writes it a second time.
      next =
          ofLines.isAll()
              ? next.plus(lineStride)
              : first.plus(lines.minus(line).minus(1).min(b.constant(i + 1)).times(lineStride));
    }
    List<Vec> turned = Transposition.of(block);
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
}
