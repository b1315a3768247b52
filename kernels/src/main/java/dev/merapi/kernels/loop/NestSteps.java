package dev.merapi.kernels.loop;

import dev.merapi.graph.DType;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.build.Handle;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.ScalarLanes;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.loop.Cursor.Stride;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes the steps of a nest for one vector of its points or elements.
final class NestSteps {
  private final Structure structure;
  private final NestLanes lanes;
  private final NestValues values;
  private final ScalarLanes math;

  /// What was read since the last store, by cursor.
  private final Map<Integer, Handle> read = new HashMap<>();

  /// What was read before the loop.
  private final Map<Integer, Handle> fixed;

  NestSteps(
      RoutineBuilder b,
      Structure structure,
      NestLanes lanes,
      NestValues values,
      Map<Integer, Handle> fixed) {
    this.structure = structure;
    this.lanes = lanes;
    this.values = values;
    this.fixed = fixed;
    this.math = new ScalarLanes(b, lanes.count());
  }

  /// @param folds empty in point code, which has none
  void write(List<Step> steps, Optional<NestFolds> folds) {
    for (Step step : steps) {
      switch (step) {
        case Step.Load load -> values.define(load.id(), load(load));
        case Step.Index index -> values.define(index.id(), numbers(index.cursor()));
        case Step.Compute compute -> compute.ops().forEach(this::compute);
        case Step.Fold fold ->
            folds.orElseThrow().add(fold, lanes.vector(), values.get(fold.operand()), lanes.mask());
        case Step.ArgFold fold ->
            folds
                .orElseThrow()
                .add(fold, lanes.vector(), values.get(fold.operand()), numbers(fold.cursor()));
        case Step.Store store -> {
          store(store);
          read.clear();
        }
      }
    }
  }

  private Vec numbers(int cursor) {
    return lanes.place().numbers(cursor, lanes.first(), lanes.count());
  }

  private void compute(ScalarOp.Apply op) {
    List<Handle> operands = op.operands().stream().map(values::get).toList();
    values.define(op.id(), math.apply(op.primitive(), operands));
  }

  private Handle load(Step.Load load) {
    Handle before = fixed.get(load.cursor());
    return before == null ? read.computeIfAbsent(load.cursor(), _ -> loaded(load)) : before;
  }

  private Handle loaded(Step.Load load) {
    MemoryType element = element(load.type());
    int count = lanes.count();
    Vec vector =
        switch (stride(load.cursor())) {
          case ZERO -> place(load.cursor(), 0).loadSplat(element, count);
          case UNIT -> read(place(load.cursor(), 0), load.type(), count, Optional.of(lanes.mask()));
          case ANY -> gathered(load.cursor(), element);
        };
    return truth(load.type(), vector);
  }

  /// An element whose place does not depend on the lanes, in all of them.
  static Handle splat(NestPlace place, Step.Load load, int count) {
    return truth(load.type(), place.place(load.cursor(), 0).loadSplat(element(load.type()), count));
  }

  /// Neighbouring elements, as they are in memory.
  static Vec read(Place place, DType type, int count, Optional<Mask> mask) {
    MemoryType element = element(type);
    return mask.map(lanes -> place.load(element, count, lanes))
        .orElseGet(() -> place.load(element, count));
  }

  /// What elements of a type are as values.
  static Handle truth(DType type, Vec vector) {
    return type == DType.BOOL
        ? vector.differsFrom(vector.builder().i32(vector.count(), 0))
        : vector;
  }

  /// Elements one by one, put together in pairs of pairs.
  private Vec gathered(int cursor, MemoryType element) {
    List<Vec> parts = new ArrayList<>();
    for (int i = 0; i < lanes.count(); i++) {
      parts.add(place(cursor, i).load(element, 1));
    }
    while (parts.size() > 1) {
      List<Vec> pairs = new ArrayList<>();
      for (int i = 0; i < parts.size(); i += 2) {
        pairs.add(parts.get(i).concat(parts.get(i + 1)));
      }
      parts = pairs;
    }
    return parts.getFirst();
  }

  private void store(Step.Store store) {
    MemoryType element = element(store.type());
    Handle value = values.get(store.operand());
    Vec vector = value instanceof Mask mask ? mask.toInts() : (Vec) value;
    if (lanes.count() == 1 || stride(store.cursor()) == Stride.UNIT) {
      place(store.cursor(), 0).store(element, vector, lanes.mask());
      return;
    }
    for (int i = 0; i < lanes.count(); i++) {
      place(store.cursor(), i).store(element, vector.lane(i));
    }
  }

  private Place place(int cursor, int lane) {
    return lanes.place().place(cursor, lanes.first() + lane);
  }

  private Stride stride(int cursor) {
    return structure.cursors().get(cursor).vector();
  }

  /// Every element takes four bytes; a truth value is the integer 0 or 1.
  private static MemoryType element(DType type) {
    return type == DType.F32 ? MemoryType.F32 : MemoryType.I32;
  }
}
