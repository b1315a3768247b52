package dev.merapi.kernels.conv;

import dev.merapi.kernels.conv.PlaneCopy.Lines;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import java.util.function.BiConsumer;

/// Writes a [PlaneCopy], whose arguments it has.
///
/// Lines are copied one column of vectors after the other, the last one moved back to the end: the
/// innermost loop runs over lines, because lines are many and a line has few vectors.
final class PlaneCopyRoutine {
  private static final MemoryType F32 = MemoryType.F32;

  private final Lines form;
  private final int lanes;
  private final RoutineBuilder b;
  private final Ptr source;
  private final Ptr target;
  private final Int columns;
  private final Int lines;
  private final Int sourceLine;
  private final Int targetLine;
  private final Int planeStrides;
  private final Int spread;

  private PlaneCopyRoutine(Lines form, int lanes) {
    this.form = form;
    this.lanes = lanes;
    this.b = new RoutineBuilder("planeCopy" + form + lanes);
    this.source = b.pointer("source");
    this.target = b.pointer("target");
    Int extent = b.integer("extent");
    Int lineStrides = b.integer("lineStrides");
    this.planeStrides = b.integer("planeStrides");
    this.spread = b.integer("spread");
    this.columns = PackedArguments.low(extent).named("columns");
    this.lines = PackedArguments.high(extent).named("lines");
    this.sourceLine = PackedArguments.low(lineStrides).named("sourceLine");
    this.targetLine = PackedArguments.high(lineStrides).named("targetLine");
  }

  /// @param lanes without a meaning for spread lines
  static Routine of(Lines form, int lanes) {
    return new PlaneCopyRoutine(form, lanes).routine();
  }

  private Routine routine() {
    Int planes = PackedArguments.low(spread).named("planes");
    Int sourcePlane = PackedArguments.low(planeStrides);
    Int targetPlane = PackedArguments.high(planeStrides);
    Var<Ptr> from = b.variable("from", source);
    Var<Ptr> to = b.variable("to", target);
    b.loop(
        planes,
        _ -> {
          switch (form) {
            case DENSE -> dense(from.get(), to.get());
            case HALVED -> halved(from.get(), to.get());
            case SPREAD -> spread(from.get(), to.get());
          }
          from.set(from.get().plus(sourcePlane));
          to.set(to.get().plus(targetPlane));
        });
    return b.build();
  }

  /// Loops over lines.
  private void lines(Ptr first, Ptr firstTarget, BiConsumer<Ptr, Ptr> line) {
    Var<Ptr> from = b.variable("line", first);
    Var<Ptr> to = b.variable("targetLine", firstTarget);
    b.loop(
        lines,
        _ -> {
          line.accept(from.get(), to.get());
          from.set(from.get().plus(sourceLine));
          to.set(to.get().plus(targetLine));
        });
  }

  private void dense(Ptr plane, Ptr targetPlane) {
    b.overlappingLanes(
        columns,
        lanes,
        (column, mask) ->
            lines(
                plane.plus(column, Float.BYTES),
                targetPlane.plus(column, Float.BYTES),
                (from, to) -> to.here().store(F32, from.here().load(F32, lanes, mask), mask)));
  }

  /// The last element of the last pair may lie behind the source, so that the last vector is always
  /// read under a mask.
  private void halved(Ptr plane, Ptr targetPlane) {
    Int last = columns.minus(lanes);
    Int zero = b.constant(0);
    b.when(
        last.lessThan(0),
        () -> {
          Mask read = columns.times(2).minus(1).maskBelow(2 * lanes);
          b.when(
              zero.lessThan(columns),
              () -> halves(plane, targetPlane, zero, read, columns.maskBelow(lanes)));
        },
        () -> {
          b.loop(
              zero,
              last,
              lanes,
              column -> halves(plane, targetPlane, column, all(2 * lanes), all(lanes)));
          Mask read = b.constant(2L * lanes - 1).maskBelow(2 * lanes);
          halves(plane, targetPlane, last, read, all(lanes));
        });
  }

  private Mask all(int count) {
    return b.constant(count).maskBelow(count);
  }

  private void halves(Ptr plane, Ptr targetPlane, Int column, Mask read, Mask written) {
    lines(
        plane.plus(column, 2L * Float.BYTES),
        targetPlane.plus(column, Float.BYTES),
        (from, to) -> {
          Vec even = from.here().load(F32, 2 * lanes, read).unzip().slice(0, lanes);
          to.here().store(F32, even, written);
        });
  }

  /// Copies words, one by one.
  private void spread(Ptr plane, Ptr targetPlane) {
    Int sourceStep = spread.field(Integer.SIZE, PlaneCopy.STEP_BITS).times(Float.BYTES);
    Int targetStep =
        spread.field(Integer.SIZE + PlaneCopy.STEP_BITS, PlaneCopy.STEP_BITS).times(Float.BYTES);
    lines(
        plane,
        targetPlane,
        (line, toLine) -> {
          Var<Ptr> from = b.variable("from", line);
          Var<Ptr> to = b.variable("to", toLine);
          b.loop(
              columns,
              _ -> {
                Int word = from.get().here().loadInt(MemoryType.I32);
                to.get().here().store(MemoryType.I32, word);
                from.set(from.get().plus(sourceStep));
                to.set(to.get().plus(targetStep));
              });
        });
  }
}
