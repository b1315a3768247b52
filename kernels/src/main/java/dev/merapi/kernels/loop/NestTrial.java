package dev.merapi.kernels.loop;

import dev.merapi.graph.DType;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Memory;
import dev.merapi.kernels.jit.Trial;
import dev.merapi.kernels.loop.Cursor.Stride;
import dev.merapi.kernels.loop.Structure.Form;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.Stream;

/// Drives a [NestRoutine] over small sizes: with and without full turns, single vectors and a rest,
/// whole squares and parts of them, and all steps of the slow loops.
///
/// The memory holds the arguments, the scratch, the place to start at, a region for each address,
/// and a copy of all that, which each drive starts from, because a nest may work in place.
final class NestTrial implements Trial {
  private static final int ROWS = 2;
  private static final int LEVEL = 2;
  private static final int SLOW = 2;
  private static final int ALIGNMENT = 64;

  /// Operations that join the lanes of a fold.
  private static final int TREE = 12;

  private final Structure structure;
  private final NestShape shape;
  private final SlowLoops slow;
  private final int registers;
  private final int rows;
  private final int groups;
  private final int[] counts;
  private final long scratch;
  private final long start;
  private final long[] regions;
  private final Strides[] strides;
  private final long end;

  /// What a cursor gains along each loop, in bytes or numbers.
  private record Strides(long row, long vector, long[] levels, long[] slow, long all) {}

  /// @param registers lanes of a register
  NestTrial(Structure structure, NestShape shape, int registers) {
    this.structure = structure;
    this.shape = shape;
    this.registers = registers;
    this.slow = new SlowLoops(structure, shape.slow());
    int lanes = shape.lanes();
    int most = structure.form() == Form.ROW ? Structure.PARTIALS : lanes;
    int width = shape.vectors() * lanes;
    boolean hasSquares = !shape.crossing().isEmpty();
    this.rows = hasSquares ? 2 * lanes - 1 : ROWS;
    this.groups = (int) Math.pow(SLOW, shape.slow());
    this.counts =
        hasSquares
            ? new int[] {2 * lanes - 1}
            : new int[] {Math.max(1, most / 2), width, 2 * width + 2 * most - 1};
    this.scratch = align(slow.argumentBytes());
    int cursors = structure.cursors().size();
    this.regions = new long[cursors];
    this.strides = new Strides[cursors];
    this.start = scratch + align(slow.placeBytes());
    long next = start + align(slow.placeBytes());
    for (int c = 0; c < cursors; c++) {
      strides[c] = strides(structure.cursors().get(c), shape.crossing().contains(c));
      regions[c] = next;
      next += align(strides[c].all());
    }
    this.end = next;
  }

  private static long align(long size) {
    return (size + ALIGNMENT - 1) & -ALIGNMENT;
  }

  private Strides strides(Cursor cursor, boolean crosses) {
    long unit = 1L << cursor.kind().shift();
    int most = counts[counts.length - 1];
    long size = unit;
    long vector = 0;
    long row = 0;
    if (crosses) {
      row = unit;
      vector = rows * unit;
      size = vector * most;
    } else if (cursor.vector() != Stride.ZERO) {
      vector = unit;
      size *= most;
    }
    long[] levels = new long[structure.levels()];
    for (int level = structure.levels() - 1; level >= 0; level--) {
      if (cursor.levels().get(level) != Stride.ZERO) {
        levels[level] = size;
        size *= LEVEL;
      }
    }
    if (!crosses) {
      row = size;
      size *= rows;
    }
    long[] loops = new long[shape.slow()];
    for (int loop = loops.length - 1; loop >= 0; loop--) {
      loops[loop] = size;
      size *= SLOW;
    }
    return new Strides(row, vector, levels, loops, size);
  }

  @Override
  public long bytes() {
    return 2 * end;
  }

  @Override
  public void prepare(MemorySegment memory) {
    Trial.super.prepare(memory);
    for (int level = 0; level < structure.levels(); level++) {
      put(memory, structure.extentOffset(level), LEVEL);
    }
    for (int loop = 0; loop < shape.slow(); loop++) {
      put(memory, slow.extentOffset(loop), SLOW);
      put(memory, start + slow.counterOffset(loop), 0);
    }
    for (int c = 0; c < regions.length; c++) {
      Strides of = strides[c];
      put(memory, structure.rowStrideOffset(c), of.row());
      put(memory, structure.vectorStrideOffset(c), of.vector());
      for (int level = 0; level < structure.levels(); level++) {
        put(memory, structure.levelStrideOffset(c, level), of.levels()[level]);
      }
      for (int loop = 0; loop < shape.slow(); loop++) {
        put(memory, slow.strideOffset(c, loop), of.slow()[loop]);
      }
      boolean address = structure.cursors().get(c).kind() == Cursor.Kind.ADDRESS;
      put(memory, start + structure.frameOffset(c), address ? memory.address() + regions[c] : 0);
    }
    steps()
        .filter(step -> step instanceof Step.Load load && load.type() == DType.BOOL)
        .flatMap(step -> step.cursors().stream())
        .forEach(cursor -> makeBooleans(memory, cursor));
    MemorySegment.copy(memory, 0, memory, end, end);
  }

  private void makeBooleans(MemorySegment memory, int cursor) {
    for (long at = regions[cursor]; at < regions[cursor] + strides[cursor].all(); at += 4) {
      int bits = memory.get(ValueLayout.JAVA_INT, at);
      memory.set(ValueLayout.JAVA_INT, at, bits >>> 9 & 1);
    }
  }

  private static void put(MemorySegment memory, long offset, long value) {
    memory.set(ValueLayout.JAVA_LONG, offset, value);
  }

  @Override
  public void drive(Kernel kernel, long memory) {
    MemorySegment.copy(Memory.ALL, memory + end, Memory.ALL, memory, end);
    for (int count : counts) {
      kernel.run(memory, memory + scratch, rows, count, groups, memory + start);
    }
  }

  /// Half of what there is, for a sharper limit: a class that is only compiled from the middle of
  /// its loops on is not slow enough to be told from a compiled one otherwise.
  @Override
  public long operations() {
    long levels = Math.round(Math.pow(LEVEL, structure.levels()));
    long operations = 0;
    for (int count : counts) {
      long vectors = Math.ceilDiv(count, Math.min(shape.lanes(), registers));
      for (Structure.Stage stage : structure.stages()) {
        long inner = operations(stage.inner()) * levels * vectors;
        long point = operations(stage.point());
        operations +=
            switch (structure.form()) {
              case MAP -> inner + point * vectors;
              case ROW -> inner + point + (long) TREE * stage.folds().size();
            };
      }
    }
    return operations * rows * groups / 2;
  }

  private static long operations(List<Step> steps) {
    return steps.stream().mapToInt(Step::operations).sum();
  }

  private Stream<Step> steps() {
    return structure.stages().stream()
        .flatMap(stage -> Stream.concat(stage.inner().stream(), stage.point().stream()));
  }
}
