package dev.merapi.kernels.conv;

import dev.merapi.graph.Monoid;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.ScalarLanes;
import dev.merapi.kernels.ir.build.Var;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.pool.Extremes;
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.product.TileEpilogue.Operand;
import java.util.ArrayList;
import java.util.List;

/// Writes a [PoolFinish], whose arguments it has: loops over channels, columns of vectors and
/// lines, as in a [LineFinish]. The four neighbours are joined in the order of a pooling, row by
/// row. Nothing behind the last window is read.
final class PoolFinishRoutine {
  private static final MemoryType F32 = MemoryType.F32;
  private static final int STEP = 2;

  private final int lanes;
  private final TileEpilogue epilogue;
  private final RoutineBuilder b;
  private final ScalarLanes scalars;
  private final FinishParameters given;

  private PoolFinishRoutine(int lanes, TileEpilogue epilogue) {
    this.lanes = lanes;
    this.epilogue = epilogue;
    this.b = new RoutineBuilder("poolFinish" + lanes);
    this.scalars = new ScalarLanes(b, lanes);
    this.given = FinishParameters.of(b);
  }

  /// @param epilogue its operands are one element for each channel
  static Routine of(int lanes, TileEpilogue epilogue) {
    return new PoolFinishRoutine(lanes, epilogue).routine();
  }

  private Routine routine() {
    List<Operand> operands = epilogue.operands();
    List<Ptr> starts = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      starts.add(given.block().at(LineFinish.operand(i)).loadPointer().named("operand" + i));
    }
    Var<Ptr> from = b.variable("from", given.sums());
    Var<Ptr> to = b.variable("to", given.result());
    b.loop(
        given.channels(),
        channel -> {
          Ptr source = from.get();
          Ptr target = to.get();
          List<Vec> arguments = new ArrayList<>();
          for (int i = 0; i < operands.size(); i++) {
            MemoryType type = operands.get(i).element();
            arguments.add(starts.get(i).at(channel, type.bytes()).loadSplat(type, lanes));
          }
          b.lanes(
              given.columns(),
              lanes,
              (column, mask) -> lines(source, target, column, mask, arguments));
          from.set(source.plus(given.sumChannel()));
          to.set(target.plus(given.resultChannel()));
        });
    return b.build();
  }

  /// Loops over the lines of one column of vectors.
  private void lines(Ptr source, Ptr target, Int column, Mask mask, List<Vec> arguments) {
    Mask sumMask =
        (mask.isAll() ? b.constant(lanes) : given.columns().minus(column))
            .times(STEP)
            .maskBelow(STEP * lanes);
    Var<Ptr> upper = b.variable("upper", source.plus(column, (long) STEP * Float.BYTES));
    Var<Ptr> place = b.variable("place", target.plus(column, Float.BYTES));
    b.loop(
        given.lines(),
        _ -> {
          Vec above = upper.get().here().load(F32, STEP * lanes, sumMask).unzip();
          Vec below = upper.get().at(given.sumLine(), 1).load(F32, STEP * lanes, sumMask).unzip();
          Vec greatest = finish(above.slice(0, lanes), arguments);
          greatest = join(greatest, above.slice(lanes, lanes), arguments);
          greatest = join(greatest, below.slice(0, lanes), arguments);
          greatest = join(greatest, below.slice(lanes, lanes), arguments);
          place.get().here().store(F32, greatest, mask);
          upper.set(upper.get().plus(given.sumLine(), STEP));
          place.set(place.get().plus(given.columns(), Float.BYTES));
        });
  }

  private Vec join(Vec greatest, Vec sums, List<Vec> arguments) {
    return Extremes.join(Monoid.MAX, greatest, finish(sums, arguments));
  }

  private Vec finish(Vec sums, List<Vec> arguments) {
    List<Vec> all = new ArrayList<>(List.of(sums));
    all.addAll(arguments);
    return scalars.floats(epilogue.fn(), all.toArray(Vec[]::new));
  }
}
