package dev.merapi.kernels.loop;

import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Locals;
import dev.merapi.kernels.emit.Loops;
import dev.merapi.kernels.emit.ScalarCode;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.function.IntConsumer;

/// Keeps the partial results of a row in scratch memory: in the scalar twin, and in vectors that
/// are narrower than the partial results where the body is too long to be written for all of them.
/// Element for element what [PartialsInVectors] keeps.
final class PartialsInMemory implements Folds {
  private static final ClassDesc SUMS = Partials.class.describeConstable().orElseThrow();

  private final Structure structure;
  private final LaneCode lane;
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
    this.lane = lane;
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
      if (hasChains(fold)) {
        call("begin", fold);
      } else {
        int identity = Folds.identity(fold.monoid(), fold.type());
        upTo(Structure.PARTIALS, i -> set(fold, i, () -> math.pushConstant(fold.type(), identity)));
      }
    }
  }

  private boolean hasChains(Step.Fold fold) {
    return structure.chains() && fold.isRounded();
  }

  @Override
  public void add(Step.Fold fold, int copy) {
    locals.scope(() -> {
      int partial = locals.take(Element.I32.scalar());
      code.iload(laneLoop.position()).loadConstant(Structure.PARTIALS - 1).iand().istore(partial);
      set(
          fold,
          partial,
          () ->
              math.expression(
                  Folds.combine(fold.monoid(), fold.type()),
                  argument -> {
                    if (argument == 0) {
                      get(fold, partial, 0);
                    } else {
                      Folds.pushOperand(fold, copy, math, laneLoop);
                    }
                  }));
    });
  }

  @Override
  public void add(Step.ArgFold fold, int copy) {
    throw new IllegalStateException("positions are not folded along lanes");
  }

  @Override
  public void endChain() {
    folds.stream().filter(this::hasChains).forEach(fold -> call("endChain", fold));
  }

  @Override
  public void finish(Structure.Stage stage, int vectors) {
    for (Step.Fold fold : folds) {
      if (hasChains(fold)) {
        call("end", fold);
      }
      for (int half = Structure.PARTIALS / 2; half >= lane.lanes().count(); half /= 2) {
        join(fold, half);
      }
      pushJoined(fold);
      definer.define(fold.id(), fold.type(), 0, 1);
    }
  }

  private void pushJoined(Step.Fold fold) {
    locals.scope(() -> {
      int first = locals.take(Element.I32.scalar());
      int joined = math.take(fold.type());
      code.iconst_0().istore(first);
      get(fold, first, 0);
      code.storeLocal(math.kind(fold.type()), joined);
      Folds.join(fold, new int[] {joined}, lane, math);
      code.loadLocal(math.kind(fold.type()), joined);
    });
  }

  private void join(Step.Fold fold, int half) {
    upTo(
        half,
        i ->
            set(
                fold,
                i,
                () -> {
                  get(fold, i, 0);
                  get(fold, i, half);
                  Folds.joinPair(fold, lane, math);
                }));
  }

  /// Calls a method of [Partials].
  private void call(String method, Step.Fold fold) {
    code.lload(parameter(Structure.SCRATCH));
    code.loadConstant((long) structure.partialOffset(fold)).ladd();
    code.invokestatic(
        SUMS, method, MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_long));
  }

  private void upTo(int limit, IntConsumer body) {
    locals.scope(() -> {
      int i = locals.take(Element.I32.scalar());
      int end = locals.take(Element.I32.scalar());
      code.loadConstant(limit).istore(end);
      Loops.count(code, i, end, lane.lanes().count(), () -> body.accept(i));
    });
  }

  private void get(Step.Fold fold, int i, int distance) {
    math.load(fold.type(), () -> pushAddress(fold, i, distance));
  }

  private void set(Step.Fold fold, int i, Runnable value) {
    math.store(fold.type(), value, () -> pushAddress(fold, i, 0));
  }

  /// Pushes the address of partial `i + distance`.
  private void pushAddress(Step.Fold fold, int i, int distance) {
    int offset = structure.partialOffset(fold) + Float.BYTES * distance;
    code.lload(parameter(Structure.SCRATCH)).loadConstant((long) offset).ladd();
    code.iload(i).i2l().loadConstant(2).lshl().ladd();
  }
}
