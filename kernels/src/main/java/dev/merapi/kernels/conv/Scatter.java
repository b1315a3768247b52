package dev.merapi.kernels.conv;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Trial;
import dev.merapi.kernels.target.PlanKernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The structure of a routine `(source, target, moves, count, rows, targetBytes)` that takes the
/// elements of rows to other places, the same ones in each row.
///
/// - `moves`: for each element the bytes from the start of its row in the source, and from the
///   start of its row in the target, two `i32`.
/// - `count`: how many moves.
/// - `targetBytes`: bytes from one row of the target to the next.
///
/// @param sourceBytes bytes from one row of the source to the next
record Scatter(int sourceBytes) {
  private static final MemoryType F32 = MemoryType.F32;
  private static final MemoryType OFFSET = MemoryType.I32;

  /// Bytes of a move.
  static final int MOVE_BYTES = 2 * Integer.BYTES;

  Kernel in(PlanKernels kernels) {
    return kernels.make(this, this::routine, () -> new ScatterTrial(this));
  }

  Routine routine() {
    RoutineBuilder r = new RoutineBuilder("scatter" + sourceBytes);
    Ptr source = r.pointer("source");
    Ptr target = r.pointer("target");
    Ptr moves = r.pointer("moves");
    Int count = r.integer("count");
    Int rows = r.integer("rows");
    Int targetBytes = r.integer("targetBytes");
    var from = r.variable("from", source);
    var to = r.variable("to", target);
    r.loop(
        rows,
        _ -> {
          Ptr row = from.get();
          Ptr targetRow = to.get();
          r.loop(
              count,
              i -> {
                Ptr move = moves.plus(i, MOVE_BYTES);
                Int element = move.here().loadInt(OFFSET);
                Int place = move.at(OFFSET.bytes()).loadInt(OFFSET);
                targetRow.at(place, 1).store(F32, row.at(element, 1).load(F32, 1));
              });
          from.set(row.plus(sourceBytes));
          to.set(targetRow.plus(targetBytes));
        });
    return r.build();
  }

  /// Reverses some rows. The memory holds the moves, the source, and the target.
  private record ScatterTrial(Scatter structure) implements Trial {
    private static final int ROWS = 8;

    private int count() {
      return structure.sourceBytes / Float.BYTES;
    }

    private long source() {
      return (long) count() * MOVE_BYTES;
    }

    @Override
    public long bytes() {
      return source() + 2L * ROWS * structure.sourceBytes;
    }

    @Override
    public long operations() {
      return 2L * ROWS * count();
    }

    @Override
    public void prepare(MemorySegment memory) {
      Trial.super.prepare(memory);
      for (int i = 0; i < count(); i++) {
        memory.setAtIndex(ValueLayout.JAVA_INT, 2L * i, i * Float.BYTES);
        memory.setAtIndex(ValueLayout.JAVA_INT, 2L * i + 1, (count() - 1 - i) * Float.BYTES);
      }
    }

    @Override
    public void drive(Kernel kernel, long memory) {
      long source = memory + source();
      long target = source + (long) ROWS * structure.sourceBytes;
      kernel.run(source, target, memory, count(), ROWS, structure.sourceBytes);
    }
  }
}
