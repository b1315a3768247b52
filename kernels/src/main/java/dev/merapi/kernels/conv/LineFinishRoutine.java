package dev.merapi.kernels.conv;

import dev.merapi.graph.ScalarFn;
import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.gemm.Epilogue.Operand;
import dev.merapi.kernels.gemm.Epilogue.Span;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.ScalarLanes;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes a [LineFinish], whose arguments it has: loops over channels, columns of vectors and
/// lines. Lines are innermost because they are many, while a line has few vectors, the last one
/// masked. Nothing behind the ends of lines is read.
final class LineFinishRoutine {
  private static final MemoryType F32 = MemoryType.F32;

  private final int lanes;
  private final ScalarFn fn;
  private final List<Operand> operands;
  private final RoutineBuilder b;
  private final ScalarLanes scalars;
  private final Ptr sums;
  private final Ptr result;
  private final Ptr block;
  private final Int columns;
  private final Int lines;
  private final Int channels;
  private final Int sumLine;
  private final Int sumChannel;
  private final Int resultChannel;
  private final Int blocks;
  private final Int blockStride;

  private LineFinishRoutine(int lanes, ScalarFn fn, List<Operand> operands) {
    this.lanes = lanes;
    this.fn = fn;
    this.operands = List.copyOf(operands);
    this.b = new RoutineBuilder("lineFinish" + lanes);
    this.scalars = new ScalarLanes(b, lanes);
    this.sums = b.pointer("sums");
    this.result = b.pointer("result");
    Int extent = b.integer("extent");
    Int sumStrides = b.integer("sumStrides");
    Int resultStride = b.integer("resultStride");
    this.block = b.pointer("block");
    this.columns = PackedArguments.columns(extent);
    this.lines = PackedArguments.lines(extent);
    this.channels = PackedArguments.channels(extent);
    this.sumLine = PackedArguments.low(sumStrides).named("sumLine");
    this.sumChannel = PackedArguments.high(sumStrides).named("sumChannel");
    this.resultChannel = PackedArguments.low(resultStride).named("resultChannel");
    this.blocks = block.at(LineFinish.COUNT).loadInt(MemoryType.I32).named("blocks");
    this.blockStride = block.at(LineFinish.STRIDE).loadInt(MemoryType.I32).named("blockStride");
  }

  /// @param fn the epilogue: a function of the sum and the operands, of basic primitives
  /// @param operands the function's arguments from 1 on
  static Routine of(int lanes, ScalarFn fn, List<Operand> operands) {
    return new LineFinishRoutine(lanes, fn, operands).routine();
  }

  /// The type in memory of an operand.
  static MemoryType type(Operand operand) {
    return operand.element() == Element.F32 ? F32 : MemoryType.I32;
  }

  private Routine routine() {
    Var<Ptr> from = b.variable("from", sums);
    Var<Ptr> to = b.variable("to", result);
    List<Var<Ptr>> starts = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      Ptr start = block.at(LineFinish.operand(i)).loadPointer();
      starts.add(b.variable("operand" + i, start));
    }
    b.loop(
        channels,
        _ -> {
          Ptr source = from.get();
          Ptr target = to.get();
          List<Ptr> bases = starts.stream().map(Var::get).toList();
          channel(source, target, bases);
          from.set(source.plus(sumChannel));
          to.set(target.plus(resultChannel));
          for (int i = 0; i < starts.size(); i++) {
            starts.get(i).set(nextChannel(i, bases.get(i)));
          }
        });
    return b.build();
  }

  private Ptr nextChannel(int index, Ptr start) {
    return switch (operands.get(index).span()) {
      case ROWS -> start.plus(Float.BYTES);
      case COLUMNS -> start;
      case MATRIX -> {
        Place stride = block.at((long) LineFinish.operand(index) + Long.BYTES);
        yield start.plus(stride.loadInt(MemoryType.I64));
      }
    };
  }

  private void channel(Ptr source, Ptr target, List<Ptr> bases) {
    Map<Integer, Vec> ofChannel = new HashMap<>();
    for (int i = 0; i < bases.size(); i++) {
      if (operands.get(i).span() == Span.ROWS) {
        ofChannel.put(i, bases.get(i).here().loadSplat(type(operands.get(i)), lanes));
      }
    }
    Int lineBytes = columns.times(Float.BYTES);
    b.lanes(
        columns,
        lanes,
        (column, mask) -> {
          Var<Ptr> at = b.variable("at", source.plus(column, Float.BYTES));
          Var<Int> position = b.variable("position", column.times(Float.BYTES));
          b.loop(
              lines,
              _ -> {
                List<Vec> all = new ArrayList<>();
                all.add(sum(at.get(), mask));
                for (int i = 0; i < bases.size(); i++) {
                  Place place = bases.get(i).at(position.get(), 1);
                  Vec row = ofChannel.get(i);
                  all.add(row != null ? row : place.load(type(operands.get(i)), lanes, mask));
                }
                Vec value = (Vec) scalars.apply(fn, all);
                target.at(position.get(), 1).store(F32, value, mask);
                at.set(at.get().plus(sumLine));
                position.set(position.get().plus(lineBytes));
              });
        });
  }

  /// The sum of the blocks of k, in their order.
  private Vec sum(Ptr first, Mask mask) {
    Var<Vec> sum = b.variable("sum", first.here().load(F32, lanes, mask));
    Var<Ptr> next = b.variable("next", first);
    b.loop(
        b.constant(1),
        blocks,
        1,
        _ -> {
          next.set(next.get().plus(blockStride));
          sum.set(sum.get().plus(next.get().here().load(F32, lanes, mask)));
        });
    return sum.get();
  }
}
