package dev.merapi.kernels.loop;

import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Locals;
import dev.merapi.kernels.emit.Loops;
import dev.merapi.kernels.emit.ScalarCode;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.util.List;
import java.util.function.IntConsumer;

/// Keeps the partial results of a row in scratch memory: the scalar twin of the accumulators of
/// [PartialsInVectors], element for element.
///
/// In full turns, element `j` belongs to partial `j mod width`; in the rest, to `j mod lanes`.
final class PartialsInMemory implements Folds {
  private final Structure structure;
  private final CodeBuilder code;
  private final Locals locals;
  private final ScalarCode math;
  private final LaneLoop laneLoop;
  private final Definer definer;
  private List<Step.Fold> folds = List.of();

  PartialsInMemory(
      Structure structure,
      LaneCode lane,
      Locals locals,
      ScalarCode math,
      LaneLoop laneLoop,
      Definer definer) {
    this.structure = structure;

    this.code = lane.code();
    this.locals = locals;
    this.math = math;
    this.laneLoop = laneLoop;
    this.definer = definer;
  }

  @Override
  public void begin(Structure.Stage stage, int vectors) {
    folds = stage.folds();
    for (Step.Fold fold : folds) {
      int identity = Folds.identity(fold.monoid(), fold.type());
      upTo(
          structure.width(),
          i ->
              math.store(
                  fold.type(),
                  () -> math.pushConstant(fold.type(), identity),
                  () -> pushAddress(fold, i, 0)));
    }
  }

  @Override
  public void add(Step.Fold fold, int copy) {
    locals.scope(() -> {
      int partial = locals.take(Element.I32.scalar());
      pushPartial();
      code.istore(partial);
      math.store(
          fold.type(),
          () ->
              math.expression(
                  Folds.combine(fold.monoid(), fold.type()),
                  argument -> {
                    if (argument == 0) {
                      math.load(fold.type(), () -> pushAddress(fold, partial, 0));
                    } else {
                      math.push(fold.operand());
                    }
                  }),
          () -> pushAddress(fold, partial, 0));
    });
  }

  /// Pushes the number of the partial that the current element belongs to.
  private void pushPartial() {
    int lanes = structure.lanes().count();
    int width = structure.width();
    code.iload(laneLoop.position());
    if (width == lanes) {
      code.loadConstant(lanes - 1).iand();
      return;
    }
    Label rest = code.newLabel();
    Label end = code.newLabel();
    code.iload(laneLoop.position());
    code.iload(laneLoop.count()).loadConstant(-width).iand(); // elements in full turns
    code.if_icmpge(rest);
    code.loadConstant(width - 1).iand();
    code.goto_(end);
    code.labelBinding(rest);
    code.loadConstant(lanes - 1).iand();
    code.labelBinding(end);
  }

  @Override
  public void add(Step.ArgFold fold, int copy) {
    throw new IllegalStateException("positions are not folded along lanes");
  }

  @Override
  public void finish(Structure.Stage stage, int vectors) {
    for (Step.Fold fold : folds) {
      for (int half = structure.width() / 2; half > 0; half /= 2) {
        join(fold, half);
      }
      locals.scope(() -> {
        int first = locals.take(Element.I32.scalar());
        code.iconst_0().istore(first);
        math.load(fold.type(), () -> pushAddress(fold, first, 0));
      });
      definer.define(fold.id(), fold.type(), 0, 1);
    }
  }

  private void join(Step.Fold fold, int half) {
    upTo(
        half,
        i ->
            math.store(
                fold.type(),
                () ->
                    math.expression(
                        Folds.combine(fold.monoid(), fold.type()),
                        argument ->
                            math.load(fold.type(), () -> pushAddress(fold, i, argument * half))),
                () -> pushAddress(fold, i, 0)));
  }

  private void upTo(int limit, IntConsumer body) {
    locals.scope(() -> {
      int i = locals.take(Element.I32.scalar());
      int end = locals.take(Element.I32.scalar());
      code.loadConstant(limit).istore(end);
      Loops.count(code, i, end, 1, () -> body.accept(i));
    });
  }

  /// Pushes the address of partial `i + distance`.
  private void pushAddress(Step.Fold fold, int i, int distance) {
    int offset = structure.partialOffset(folds.indexOf(fold)) + Float.BYTES * distance;
    code.lload(parameter(Structure.SCRATCH)).loadConstant((long) offset).ladd();
    code.iload(i).i2l().loadConstant(2).lshl().ladd();
  }
}
