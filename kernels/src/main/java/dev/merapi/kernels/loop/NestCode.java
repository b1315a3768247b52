package dev.merapi.kernels.loop;

import static dev.merapi.kernels.emit.KernelClass.parameter;

import dev.merapi.graph.DType;
import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.Locals;
import dev.merapi.kernels.emit.Loops;
import dev.merapi.kernels.emit.ScalarCode;
import dev.merapi.kernels.loop.Cursor.Stride;
import dev.merapi.kernels.loop.Structure.Form;
import dev.merapi.kernels.loop.Structure.Stage;
import java.lang.classfile.CodeBuilder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/// Emits the method of a kernel, for vectors or as the scalar twin.
final class NestCode {
  private final Structure structure;
  private final LaneCode lane;
  private final CodeBuilder code;
  private final Locals locals;
  private final ScalarCode math;
  private final LaneLoop laneLoop;
  private final Cursors cursors;
  private final Chains chains;
  private final Folds folds;

  /// The variables of values that outlive one copy of the body: one for each copy, or one for all.
  private final Map<Integer, Shared> shared = new HashMap<>();

  private record Shared(DType type, int[] slots) {}

  private NestCode(Structure structure, Lanes lanes, CodeBuilder code) {
    this.structure = structure;
    this.code = code;
    this.lane = new LaneCode(code, lanes);
    this.locals = new Locals(code);
    this.math = new ScalarCode(lane, locals);
    this.laneLoop = new LaneLoop(structure, lane, locals);
    this.cursors = new Cursors(structure, lane, locals, laneLoop);
    this.chains = new Chains(structure, lane, locals);
    this.folds =
        structure.keepsPartialsInMemory(lanes)
            ? new PartialsInMemory(structure, lane, locals, math, laneLoop, chains, this::define)
            : new PartialsInVectors(structure, lane, math, laneLoop, cursors, chains, this::define);
  }

  static void emit(Structure structure, Lanes lanes, CodeBuilder code) {
    NestCode nest = new NestCode(structure, lanes, code);
    nest.locals.scope(nest::body);
  }

  private void body() {
    math.constants(structure.constants());
    laneLoop.begin();
    cursors.begin();
    int rows = locals.take(Element.I32.scalar());
    int row = locals.take(Element.I32.scalar());
    code.lload(parameter(Structure.ROWS)).l2i().istore(rows);
    Loops.count(
        code,
        row,
        rows,
        1,
        () -> {
          switch (structure.form()) {
            case MAP -> laneLoop.run(this::points);
            case ROW -> points(1);
          }
          cursors.nextRow();
        });
    code.return_();
  }

  /// All stages, for as many vectors of points at once.
  private void points(int copies) {
    shared.clear();
    locals.scope(() -> {
      for (Stage stage : structure.stages()) {
        folds.begin(stage, partials(copies));
        traverse(stage, copies);
        folds.finish(stage, partials(copies));
        for (int copy = 0; copy < copies; copy++) {
          select(copy);
          emit(stage.point(), copy);
          keep(stage.point(), copy, copies);
        }
      }
    });
  }

  /// Vectors of partial results of a fold: in a map each copy has its own.
  private int partials(int copies) {
    return structure.form() == Form.MAP ? copies : laneLoop.width() / lane.lanes().count();
  }

  private void traverse(Stage stage, int copies) {
    if (stage.inner().isEmpty()) {
      return;
    }
    Set<Integer> used = new HashSet<>();
    stage.inner().forEach(step -> used.addAll(step.cursors()));
    switch (structure.form()) {
      case MAP -> {
        Runnable body = () -> copies(stage.inner(), copies);
        if (stage.hasLongSums()) {
          cursors.inLevels(used, chains, body, () -> folds.endChain(stage, copies));
        } else {
          cursors.inLevels(used, body);
        }
      }
      case ROW ->
          cursors.inLevels(
              used,
              () -> {
                IntConsumer body = count -> copies(stage.inner(), count);
                if (stage.hasLongSums()) {
                  laneLoop.run(chains, body, () -> folds.endChain(stage, partials(copies)));
                } else {
                  laneLoop.run(body);
                }
              });
    }
  }

  private void copies(List<Step> steps, int copies) {
    for (int i = 0; i < copies; i++) {
      int copy = i;
      locals.scope(() -> {
        select(copy);
        emit(steps, copy);
      });
    }
  }

  /// Defines a value that later code uses, from the operand stack: copy by copy, in order.
  private void define(int id, DType type, int copy, int copies) {
    math.define(id, type);
    share(id, type, copy, copies);
  }

  private void share(int id, DType type, int copy, int copies) {
    shared.computeIfAbsent(id, _ -> new Shared(type, new int[copies])).slots()[copy] =
        math.slot(id);
  }

  private void keep(List<Step> steps, int copy, int copies) {
    for (Step step : steps) {
      switch (step) {
        case Step.Load load -> share(load.id(), load.type(), copy, copies);
        case Step.Index index -> share(index.id(), DType.I32, copy, copies);
        case Step.Compute compute ->
            compute.ops().stream()
                .filter(op -> isNeededOutside(op.id(), compute))
                .forEach(op -> share(op.id(), op.type(), copy, copies));
        case Step.Fold _, Step.ArgFold _, Step.Store _ -> {}
      }
    }
  }

  /// Makes the values of a copy current.
  private void select(int copy) {
    shared.forEach((id, value) -> {
      int[] slots = value.slots();
      math.place(id, value.type(), slots[Math.min(copy, slots.length - 1)]);
    });
  }

  private boolean isNeededOutside(int id, Step.Compute compute) {
    for (Stage stage : structure.stages()) {
      for (List<Step> steps : List.of(stage.inner(), stage.point())) {
        for (Step step : steps) {
          if (step != compute && step.operands().contains(id)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private void emit(List<Step> steps, int copy) {
    for (Step step : steps) {
      code.lineNumber(step.line());
      switch (step) {
        case Step.Load load -> load(load, copy);
        case Step.Index index -> {
          cursors.pushNumbers(index.cursor(), copy);
          math.define(index.id(), DType.I32);
        }
        case Step.Compute compute -> math.emit(compute.ops(), id -> isNeededOutside(id, compute));
        case Step.Fold fold -> folds.add(fold, copy);
        case Step.ArgFold fold -> folds.add(fold, copy);
        case Step.Store store -> store(store, copy);
      }
    }
  }

  private void load(Step.Load load, int copy) {
    Runnable address = () -> cursors.pushAddress(load.cursor(), copy);
    if (structure.cursors().get(load.cursor()).vector() != Stride.UNIT) {
      math.loadBroadcast(load.type(), address);
    } else if (laneLoop.isMasked()) {
      math.loadMasked(load.type(), address, laneLoop.mask());
    } else {
      math.load(load.type(), address);
    }
    math.define(load.id(), load.type());
  }

  private void store(Step.Store store, int copy) {
    Runnable value = () -> math.push(store.operand());
    Runnable address = () -> cursors.pushAddress(store.cursor(), copy);
    if (structure.cursors().get(store.cursor()).vector() != Stride.UNIT) {
      math.storeFirst(store.type(), value, address);
    } else if (laneLoop.isMasked()) {
      math.storeMasked(store.type(), value, address, laneLoop.mask());
    } else {
      math.store(store.type(), value, address);
    }
  }
}
