package dev.merapi.kernels.conv;

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
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.product.TileEpilogue.Operand;
import dev.merapi.kernels.product.TileEpilogue.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/// Writes a [LineFinish], whose arguments it has: loops over channels, columns of vectors and
/// lines. Lines are innermost because they are many, while a line has few vectors. Nothing behind
/// the ends of lines is read.
final class LineFinishRoutine {
  private static final MemoryType F32 = MemoryType.F32;

  private final int lanes;
  private final TileEpilogue epilogue;
  private final RoutineBuilder b;
  private final ScalarLanes scalars;
  private final FinishParameters given;
  private final Int blocks;
  private final Int blockStride;

  private LineFinishRoutine(int lanes, TileEpilogue epilogue) {
    this.lanes = lanes;
    this.epilogue = epilogue;
    this.b = new RoutineBuilder("lineFinish" + lanes);
    this.scalars = new ScalarLanes(b, lanes);
    this.given = FinishParameters.of(b);
    this.blocks = given.block().at(LineFinish.COUNT).loadInt(MemoryType.I32).named("blocks");
    this.blockStride =
        given.block().at(LineFinish.STRIDE).loadInt(MemoryType.I32).named("blockStride");
  }

  /// @param epilogue its rows are channels, its columns positions
  static Routine of(int lanes, TileEpilogue epilogue) {
    return new LineFinishRoutine(lanes, epilogue).routine();
  }

  private Routine routine() {
    Var<Ptr> from = b.variable("from", given.sums());
    Var<Ptr> to = b.variable("to", given.result());
    List<Var<Ptr>> starts = new ArrayList<>();
    for (int i = 0; i < epilogue.operands().size(); i++) {
      Ptr start = given.block().at(LineFinish.operand(i)).loadPointer();
      starts.add(b.variable("operand" + i, start));
    }
    b.loop(
        given.channels(),
        _ -> {
          Ptr source = from.get();
          Ptr target = to.get();
          channel(source, target, operands(starts));
          from.set(source.plus(given.sumChannel()));
          to.set(target.plus(given.resultChannel()));
          for (int i = 0; i < starts.size(); i++) {
            starts.get(i).set(nextChannel(i, starts.get(i).get()));
          }
        });
    return b.build();
  }

  private Ptr nextChannel(int index, Ptr start) {
    Operand operand = epilogue.operands().get(index);
    return switch (operand.span()) {
      case ROWS -> start.plus(operand.element().bytes());
      case COLUMNS -> start;
      case MATRIX -> {
        Place stride = given.block().at((long) LineFinish.operand(index) + Long.BYTES);
        yield start.plus(stride.loadInt(MemoryType.I64));
      }
    };
  }

  /// Gives an operand of the epilogue for a vector of positions, the first of which is given.
  private interface Reader {
    Vec read(Int position, Mask mask);
  }

  private List<Reader> operands(List<Var<Ptr>> starts) {
    List<Reader> readers = new ArrayList<>();
    for (int i = 0; i < starts.size(); i++) {
      Ptr start = starts.get(i).get();
      Operand operand = epilogue.operands().get(i);
      MemoryType type = operand.element();
      if (operand.span() == Span.ROWS) {
        Vec all = start.here().loadSplat(type, lanes);
        readers.add((_, _) -> all);
      } else {
        readers.add((position, mask) -> start.at(position, type.bytes()).load(type, lanes, mask));
      }
    }
    return readers;
  }

  private void channel(Ptr source, Ptr target, List<Reader> operands) {
    BiConsumer<Int, Mask> lines =
        (column, mask) -> lines(source.plus(column, Float.BYTES), target, column, mask, operands);
    // An operand as large as the result may lie in its place: then no element may be done twice.
    if (epilogue.operands().stream().allMatch(each -> each.span() == Span.ROWS)) {
      b.overlappingLanes(given.columns(), lanes, lines);
    } else {
      b.lanes(given.columns(), lanes, lines);
    }
  }

  /// Loops over the lines of one column of vectors.
  private void lines(Ptr first, Ptr target, Int column, Mask mask, List<Reader> operands) {
    Var<Ptr> line = b.variable("line", first);
    Var<Int> position = b.variable("position", column);
    b.loop(
        given.lines(),
        _ -> {
          Int at = position.get();
          Vec[] arguments = new Vec[operands.size() + 1];
          arguments[0] = sum(line.get(), mask);
          for (int i = 0; i < operands.size(); i++) {
            arguments[i + 1] = operands.get(i).read(at, mask);
          }
          Vec value = scalars.floats(epilogue.fn(), arguments);
          target.at(at, Float.BYTES).store(F32, value, mask);
          line.set(line.get().plus(given.sumLine()));
          position.set(at.plus(given.columns()));
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
