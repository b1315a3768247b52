package dev.merapi.reference;

import dev.merapi.graph.DType;
import dev.merapi.spi.Access;
import dev.merapi.spi.LoopNest;
import dev.merapi.spi.LoopNest.Instr;
import dev.merapi.spi.LoopNest.Stage;
import java.util.List;
import java.util.stream.Stream;

/// Runs a loop nest, one point after the other.
final class NestInterpreter {
  private final LoopNest nest;
  private final RawMemory memory;
  private final long[] index;

  /// By the id of the instruction; stores have none and share the last place.
  private final DType[] types;

  private final double[] values;

  /// The element that the position found by an instruction belongs to.
  private final double[] extremes;

  NestInterpreter(LoopNest nest, RawMemory memory) {
    this.nest = nest;
    this.memory = memory;
    index = new long[nest.rank()];
    var code =
        nest.stages().stream()
            .flatMap(stage -> Stream.concat(stage.inner().stream(), stage.point().stream()))
            .toList();
    int ids = code.stream().mapToInt(Instr::id).max().orElse(0) + 1;
    types = new DType[ids];
    values = new double[ids];
    extremes = new double[ids];
    code.stream().filter(each -> each.id() >= 0).forEach(each -> types[each.id()] = each.type());
  }

  void run() {
    points(0, nest.outerRank(), 0, _ -> point());
  }

  private void point() {
    for (Stage stage : nest.stages()) {
      for (int axis = nest.outerRank(); axis < index.length; axis++) {
        index[axis] = 0;
      }
      for (Instr instr : stage.inner()) {
        prepare(instr);
      }
      points(nest.outerRank(), nest.rank(), 0, position -> execute(stage.inner(), position));
      for (int axis = nest.outerRank(); axis < index.length; axis++) {
        index[axis] = 0;
      }
      execute(stage.point(), 0);
    }
  }

  private interface Visitor {
    /// @param position row-major over the axes counted through
    void visit(long position);
  }

  private void points(int axis, int end, long position, Visitor visitor) {
    if (axis == end) {
      visitor.visit(position);
      return;
    }
    long extent = nest.extents().get(axis);
    for (long i = 0; i < extent; i++) {
      index[axis] = i;
      points(axis + 1, end, position * extent + i, visitor);
    }
  }

  private void prepare(Instr instr) {
    switch (instr) {
      case Instr.Fold fold -> values[fold.id()] = fold.monoid().identity(fold.type()).value(0);
      case Instr.ArgFold fold -> {
        values[fold.id()] = 0;
        extremes[fold.id()] = fold.monoid().identity();
      }
      case Instr.Load _, Instr.Const _, Instr.Index _, Instr.Apply _, Instr.Store _ -> {}
    }
  }

  private void execute(List<Instr> code, long position) {
    for (Instr instr : code) {
      switch (instr) {
        case Instr.Load load ->
            values[load.id()] = memory.read(load.access().buffer(), place(load.access()));
        case Instr.Const constant ->
            values[constant.id()] =
                constant.type() == DType.F32
                    ? Float.intBitsToFloat(constant.bits())
                    : constant.bits();
        case Instr.Index affine -> values[affine.id()] = place(affine.offset(), affine.strides());
        case Instr.Apply apply -> values[apply.id()] = apply(apply);
        case Instr.Fold fold ->
            values[fold.id()] =
                Reductions.combine(
                    fold.monoid(), fold.type(), values[fold.id()], values[fold.operand()]);
        case Instr.ArgFold fold -> argFold(fold, position);
        case Instr.Store store ->
            memory.write(store.access().buffer(), place(store.access()), values[store.operand()]);
      }
    }
  }

  private double apply(Instr.Apply apply) {
    List<Integer> operands = apply.operands();
    int first = operands.get(0);
    double b = operands.size() > 1 ? values[operands.get(1)] : 0;
    double c = operands.size() > 2 ? values[operands.get(2)] : 0;
    return ScalarEvaluator.evaluate(apply.primitive(), types[first], values[first], b, c);
  }

  private void argFold(Instr.ArgFold fold, long position) {
    double element = values[fold.operand()];
    if (Reductions.replaces(fold.monoid(), element, extremes[fold.id()])) {
      extremes[fold.id()] = element;
      values[fold.id()] = position;
    }
  }

  private long place(Access access) {
    return place(access.offset(), access.strides());
  }

  private long place(long offset, List<Long> strides) {
    long place = offset;
    for (int axis = 0; axis < index.length; axis++) {
      place += index[axis] * strides.get(axis);
    }
    return place;
  }
}
