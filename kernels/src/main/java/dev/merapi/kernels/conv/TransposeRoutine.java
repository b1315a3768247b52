package dev.merapi.kernels.conv;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Transposition;
import dev.merapi.kernels.ir.build.Vec;
import java.util.ArrayList;
import java.util.List;

/// Writes the routine of the [Transposer], `(source, target, lineStride, steps, extent)`: element
/// `s` of line `i` goes to `target + (s * width + i) * 4`.
///
/// - `lineStride`: bytes from one line to the next.
/// - `extent`: how many lines, and the width, which is negative where steps go backwards:
///   [#extent].
///
/// What lies beside a step's elements is neither read nor written.
final class TransposeRoutine {
  private static final MemoryType F32 = MemoryType.F32;

  private final int height;
  private final int lanes;
  private final RoutineBuilder b;
  private final Ptr source;
  private final Ptr target;
  private final Int lineStride;
  private final Int steps;
  private final Int lines;
  private final Int widthBytes;

  private TransposeRoutine(int height, int lanes) {
    this.height = height;
    this.lanes = lanes;
    this.b = new RoutineBuilder("transpose" + height + "x" + lanes);
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

  /// @param height lines that are turned together; there are as many at least
  /// @param lanes steps that are, of which there are as many at least
  static Routine of(int height, int lanes) {
    return new TransposeRoutine(height, lanes).routine();
  }

  private Routine routine() {
    b.overlapping(
        lines,
        height,
        line -> {
          Ptr from = source.plus(line.times(lineStride));
          Ptr to = target.plus(line, Float.BYTES);
          b.overlapping(
              steps,
              lanes,
              step -> block(from.plus(step, Float.BYTES), to.plus(step.times(widthBytes))));
        });
    return b.build();
  }

  private void block(Ptr from, Ptr to) {
    List<Vec> block = new ArrayList<>();
    Ptr next = from;
    for (int i = 0; i < height; i++) {
      block.add(next.here().load(F32, lanes));
      next = next.plus(lineStride);
    }
    List<Vec> turned = Transposition.of(block);
    Ptr place = to;
    for (int i = 0; i < lanes; i++) {
      place.here().store(F32, Transposition.lanes(turned, i));
      place = place.plus(widthBytes);
    }
  }
}
