package dev.merapi.kernels.loop;

import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.Locals;
import dev.merapi.kernels.emit.Loops;
import dev.merapi.kernels.emit.ScalarCode;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.util.List;
import java.util.function.IntConsumer;

/// Keeps the partial results of a row in scratch memory, where a vector has fewer lanes than there
/// are of them: element for element what [PartialsInVectors] keeps in variables.
///
/// In full turns, element `j` belongs to partial `j mod width`; in the rest, to `j mod PARTIALS`.
final class PartialsInMemory implements Folds {
  private final Structure structure;
  private final LaneCode lane;
  private final CodeBuilder code;
  private final Locals locals;
  private final ScalarCode math;
  private final LaneLoop laneLoop;
  private final Chains chains;
  private final Definer definer;

  /// Writes what is done once for each row, element by element.
  private final ScalarCode single;

  private List<Step.Fold> folds = List.of();

  PartialsInMemory(
      Structure structure,
      LaneCode lane,
      Locals locals,
      ScalarCode math,
      LaneLoop laneLoop,
      Chains chains,
      Definer definer) {
    this.structure = structure;
    this.lane = lane;
    this.code = lane.code();
    this.locals = locals;
    this.math = math;
    this.laneLoop = laneLoop;
    this.chains = chains;
    this.definer = definer;
    this.single = new ScalarCode(new LaneCode(code, Lanes.SCALAR), locals);
  }

  @Override
  public void begin(Structure.Stage stage, int vectors) {
    folds = stage.folds();
    for (Step.Fold fold : folds) {
      if (fold.isLong()) {
        chains.call("clear", folds.indexOf(fold), structure.width());
        continue;
      }
      int identity = Folds.identity(fold.monoid(), fold.type());
      locals.scope(() -> {
        int end = locals.take(Element.I32.scalar());
        code.loadConstant(structure.width()).istore(end);
        upTo(
            end,
            i ->
                single.store(
                    fold.type(),
                    () -> single.pushConstant(fold.type(), identity),
                    () -> pushAddress(fold, i)));
      });
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
                      math.load(fold.type(), () -> pushAddress(fold, partial));
                    } else {
                      Folds.pushOperand(fold, math, laneLoop);
                    }
                  }),
          () -> pushAddress(fold, partial));
    });
  }

  /// Pushes the number of the partial that the current element belongs to.
  private void pushPartial() {
    int width = structure.width();
    code.iload(laneLoop.position());
    if (width == Structure.PARTIALS) {
      code.loadConstant(width - 1).iand();
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
    code.loadConstant(Structure.PARTIALS - 1).iand();
    code.labelBinding(end);
  }

  @Override
  public void add(Step.ArgFold fold, int copy) {
    throw new IllegalStateException("positions are not folded along lanes");
  }

  @Override
  public void endChain(Structure.Stage stage, int vectors) {
    for (int i = 0; i < folds.size(); i++) {
      if (folds.get(i).isLong()) {
        chains.call("endChainInMemory", i, structure.width());
      }
    }
  }

  @Override
  public void finish(Structure.Stage stage, int vectors) {
    for (Step.Fold fold : folds) {
      if (fold.isLong()) {
        lane.broadcast(Element.F32, () -> chains.pushJoined(folds.indexOf(fold)));
      } else {
        join(fold);
        math.loadBroadcast(fold.type(), () -> pushBase(fold));
      }
      definer.define(fold.id(), fold.type(), 0, 1);
    }
  }

  /// Halves the partials until one is left.
  private void join(Step.Fold fold) {
    locals.scope(() -> {
      int half = locals.take(Element.I32.scalar());
      Label top = code.newLabel();
      Label end = code.newLabel();
      code.loadConstant(structure.width()).istore(half);
      code.labelBinding(top);
      code.iload(half).iconst_1().ishr().istore(half);
      code.iload(half).ifeq(end);
      upTo(
          half,
          i ->
              single.store(
                  fold.type(),
                  () ->
                      single.expression(
                          Folds.combine(fold.monoid(), fold.type()),
                          argument ->
                              single.load(
                                  fold.type(),
                                  () -> {
                                    pushAddress(fold, i);
                                    if (argument == 1) {
                                      pushBytes(half);
                                      code.ladd();
                                    }
                                  })),
                  () -> pushAddress(fold, i)));
      code.goto_(top);
      code.labelBinding(end);
    });
  }

  private void upTo(int end, IntConsumer body) {
    locals.scope(() -> {
      int i = locals.take(Element.I32.scalar());
      Loops.count(code, i, end, 1, () -> body.accept(i));
    });
  }

  /// Pushes the address of a fold's partials.
  private void pushBase(Step.Fold fold) {
    chains.pushBlock(folds.indexOf(fold));
  }

  /// Pushes the address of the partial whose number a variable holds.
  private void pushAddress(Step.Fold fold, int partial) {
    pushBase(fold);
    pushBytes(partial);
    code.ladd();
  }

  private void pushBytes(int elements) {
    code.iload(elements).i2l().loadConstant(2).lshl();
  }
}
