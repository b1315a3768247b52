package dev.merapi.kernels.loop;

import dev.merapi.graph.DType;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.ScalarFn;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Locals;
import dev.merapi.kernels.emit.ScalarCode;
import dev.merapi.kernels.loop.Structure.Form;
import java.lang.classfile.CodeBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/// Keeps partial results in variables: in a map, one for each point; in a row, vectors of partial
/// results that a tree joins at the end.
///
/// The tree halves the partials again and again, `p[i] = p[i] + p[i + half]`, first over vectors,
/// then over lanes.
final class PartialsInVectors implements Folds {
  private final Structure structure;
  private final LaneCode lane;
  private final CodeBuilder code;
  private final ScalarCode math;
  private final LaneLoop laneLoop;
  private final ChainSums sums;
  private final Cursors cursors;
  private final Definer definer;

  /// Variables of the partial results, one for each copy.
  private final Map<Integer, int[]> partials = new HashMap<>();

  /// The folds of the current stage that go in chains.
  private List<Step.Fold> running = List.of();

  /// Variables of the positions.
  private final Map<Integer, int[]> positions = new HashMap<>();

  PartialsInVectors(
      Structure structure,
      LaneCode lane,
      Locals locals,
      ScalarCode math,
      LaneLoop laneLoop,
      Cursors cursors,
      Definer definer) {
    this.structure = structure;
    this.lane = lane;
    this.code = lane.code();
    this.math = math;
    this.laneLoop = laneLoop;
    this.cursors = cursors;
    this.sums = new ChainSums(lane, locals, math);
    this.definer = definer;
  }

  @Override
  public void begin(Structure.Stage stage, int vectors) {
    running = stage.folds().stream().filter(this::hasChains).toList();
    for (Step step : stage.inner()) {
      switch (step) {
        case Step.Fold fold -> {
          partials.put(fold.id(), start(fold.type(), fold.monoid(), vectors));
          if (hasChains(fold)) {
            sums.begin(fold, slots(partials, fold.id()));
          }
        }
        case Step.ArgFold fold -> {
          partials.put(fold.id(), start(fold.of(), fold.monoid(), vectors));
          positions.put(fold.id(), start(DType.I32, 0, vectors));
        }
        case Step.Load _, Step.Index _, Step.Compute _, Step.Store _ -> {}
      }
    }
  }

  private boolean hasChains(Step.Fold fold) {
    return structure.chains() && fold.isRounded();
  }

  private int[] start(DType type, Monoid monoid, int vectors) {
    return start(type, Folds.identity(monoid, type), vectors);
  }

  private int[] start(DType type, int bits, int vectors) {
    int[] slots = new int[vectors];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = math.take(type);
      math.pushConstant(type, bits);
      code.storeLocal(math.kind(type), slots[i]);
    }
    return slots;
  }

  @Override
  public void add(Step.Fold fold, int copy) {
    int[] slots = slots(partials, fold.id());
    switch (structure.form()) {
      case MAP -> join(fold, slots[copy], () -> math.push(fold.operand()));
      case ROW ->
          join(
              fold,
              slots[copy % slots.length],
              () -> Folds.pushOperand(fold, copy, math, laneLoop));
    }
  }

  @Override
  public void add(Step.ArgFold fold, int copy) {
    int best = slots(partials, fold.id())[copy];
    int position = slots(positions, fold.id())[copy];
    ScalarFn stays = Folds.stays(fold.monoid(), fold.of());
    ScalarFn newPosition = stays.select(ScalarFn.arg(3, DType.I32), ScalarFn.arg(2, DType.I32));
    ScalarFn newBest = stays.select(ScalarFn.arg(0, fold.of()), ScalarFn.arg(1, fold.of()));
    IntUnaryOperator push =
        argument -> {
          switch (argument) {
            case 0 -> load(fold.of(), best);
            case 1 -> math.push(fold.operand());
            case 2 -> cursors.pushNumbers(fold.cursor(), copy);
            default -> load(DType.I32, position);
          }
          return argument;
        };
    math.expression(newPosition, push::applyAsInt);
    code.storeLocal(math.kind(DType.I32), position);
    math.expression(newBest, push::applyAsInt);
    code.storeLocal(math.kind(fold.of()), best);
  }

  @Override
  public void finish(Structure.Stage stage, int vectors) {
    for (Step step : stage.inner()) {
      switch (step) {
        case Step.Fold fold -> finish(fold);
        case Step.ArgFold fold -> publish(fold.id(), DType.I32, slots(positions, fold.id()));
        case Step.Load _, Step.Index _, Step.Compute _, Step.Store _ -> {}
      }
    }
  }

  @Override
  public void endChain() {
    running.forEach(fold -> sums.endChain(fold, slots(partials, fold.id())));
  }

  private void finish(Step.Fold fold) {
    int[] slots = slots(partials, fold.id());
    if (hasChains(fold)) {
      sums.end(fold, slots);
    }
    if (structure.form() == Form.ROW) {
      Folds.join(fold, slots, lane, math);
    }
    switch (structure.form()) {
      case MAP -> publish(fold.id(), fold.type(), slots);
      case ROW -> publish(fold.id(), fold.type(), slots[0]);
    }
  }

  private void publish(int id, DType type, int... slots) {
    for (int copy = 0; copy < slots.length; copy++) {
      load(type, slots[copy]);
      definer.define(id, type, copy, slots.length);
    }
  }

  private void join(Step.Fold fold, int slot, Runnable other) {
    math.expression(
        Folds.combine(fold.monoid(), fold.type()),
        argument -> {
          if (argument == 0) {
            load(fold.type(), slot);
          } else {
            other.run();
          }
        });
    code.storeLocal(math.kind(fold.type()), slot);
  }

  private void load(DType type, int slot) {
    code.loadLocal(math.kind(type), slot);
  }

  private static int[] slots(Map<Integer, int[]> all, int id) {
    int[] slots = all.get(id);
    if (slots == null) {
      throw new IllegalStateException("fold without begin: " + id);
    }
    return slots;
  }
}
