package dev.merapi.kernels.loop;

import dev.merapi.graph.DType;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.ScalarFn;
import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.ScalarCode;
import java.lang.classfile.CodeBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/// Keeps partial results in variables: in a map, one for each point; in a row, vectors of partial
/// results that a tree joins at the end.
///
/// The tree halves the partials again and again, `p[i] = p[i] + p[i + half]`, first over vectors,
/// then over lanes. A long sum keeps the current chain in a variable, and the chains before in
/// memory.
final class PartialsInVectors implements Folds {
  private final Structure structure;
  private final LaneCode lane;
  private final CodeBuilder code;
  private final ScalarCode math;
  private final LaneLoop laneLoop;
  private final Cursors cursors;
  private final Chains chains;
  private final Definer definer;

  /// Variables of the partial results, one for each copy.
  private final Map<Integer, int[]> partials = new HashMap<>();

  /// Variables of the positions.
  private final Map<Integer, int[]> positions = new HashMap<>();

  PartialsInVectors(
      Structure structure,
      LaneCode lane,
      ScalarCode math,
      LaneLoop laneLoop,
      Cursors cursors,
      Chains chains,
      Definer definer) {
    this.structure = structure;
    this.lane = lane;
    this.code = lane.code();
    this.math = math;
    this.laneLoop = laneLoop;
    this.cursors = cursors;
    this.chains = chains;
    this.definer = definer;
  }

  @Override
  public void begin(Structure.Stage stage, int vectors) {
    for (Step step : stage.inner()) {
      switch (step) {
        case Step.Fold fold -> {
          partials.put(
              fold.id(), start(fold.type(), identity(fold.monoid(), fold.type()), vectors));
          if (fold.isLong()) {
            chains.call("clear", number(stage, fold), sums(vectors));
          }
        }
        case Step.ArgFold fold -> {
          partials.put(fold.id(), start(fold.of(), identity(fold.monoid(), fold.of()), vectors));
          positions.put(fold.id(), start(DType.I32, 0, vectors));
        }
        case Step.Load _, Step.Index _, Step.Compute _, Step.Store _ -> {}
      }
    }
  }

  private static int identity(Monoid monoid, DType type) {
    return Folds.identity(monoid, type);
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
    int slot = slots(partials, fold.id())[copy];
    join(fold, slot, () -> Folds.pushOperand(fold, math, laneLoop));
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
  public void endChain(Structure.Stage stage, int vectors) {
    for (Step.Fold fold : stage.folds()) {
      if (fold.isLong()) {
        int number = number(stage, fold);
        int[] slots = slots(partials, fold.id());
        for (int copy = 0; copy < slots.length; copy++) {
          int slot = slots[copy];
          math.store(fold.type(), () -> load(fold.type(), slot), address(number, copy));
          math.pushConstant(fold.type(), identity(fold.monoid(), fold.type()));
          code.storeLocal(math.kind(fold.type()), slot);
        }
        chains.call("endChain", number, sums(vectors));
      }
    }
  }

  private static int number(Structure.Stage stage, Step.Fold fold) {
    return stage.folds().indexOf(fold);
  }

  private int sums(int vectors) {
    return vectors * lane.lanes().count();
  }

  /// The address of the floats of a copy in a fold's block.
  private Runnable address(int number, int copy) {
    return () -> {
      chains.pushBlock(number);
      code.loadConstant((long) copy * lane.lanes().bytes()).ladd();
    };
  }

  @Override
  public void finish(Structure.Stage stage, int vectors) {
    for (Step step : stage.inner()) {
      switch (step) {
        case Step.Fold fold -> finish(stage, fold);
        case Step.ArgFold fold -> publish(fold.id(), DType.I32, slots(positions, fold.id()));
        case Step.Load _, Step.Index _, Step.Compute _, Step.Store _ -> {}
      }
    }
  }

  private void finish(Structure.Stage stage, Step.Fold fold) {
    int[] slots = slots(partials, fold.id());
    switch (structure.form()) {
      case MAP -> {
        if (fold.isLong()) {
          fetch(number(stage, fold), slots);
        }
        publish(fold.id(), fold.type(), slots);
      }
      case ROW -> {
        if (fold.isLong()) {
          lane.broadcast(Element.F32, () -> chains.pushJoined(number(stage, fold)));
        } else {
          tree(fold, slots);
        }
        definer.define(fold.id(), fold.type(), 0, 1);
      }
    }
  }

  /// Loads long sums.
  private void fetch(int number, int[] slots) {
    chains.call("round", number, sums(slots.length));
    for (int copy = 0; copy < slots.length; copy++) {
      math.load(DType.F32, address(number, copy));
      code.storeLocal(math.kind(DType.F32), slots[copy]);
    }
  }

  private void publish(int id, DType type, int[] slots) {
    for (int copy = 0; copy < slots.length; copy++) {
      load(type, slots[copy]);
      definer.define(id, type, copy, slots.length);
    }
  }

  /// Leaves the result in all lanes.
  private void tree(Step.Fold fold, int[] slots) {
    DType type = fold.type();
    for (int half = slots.length / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        int upper = slots[i + half];
        join(fold, slots[i], () -> load(type, upper));
      }
    }
    for (int half = lane.lanes().count() / 2; half > 0; half /= 2) {
      int distance = half;
      join(
          fold,
          slots[0],
          () -> {
            load(type, slots[0]);
            math.swapLanes(type, distance);
          });
    }
    switch (fold.monoid()) {
      case SUM -> load(type, slots[0]);
      // Zeros of both signs compare as equal: lanes may hold either.
      case MAX, MIN -> math.broadcastFirst(type, () -> load(type, slots[0]));
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
