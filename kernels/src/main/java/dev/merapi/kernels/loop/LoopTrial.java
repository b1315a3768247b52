package dev.merapi.kernels.loop;

import dev.merapi.graph.DType;
import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.Memory;
import dev.merapi.kernels.emit.Trial;
import dev.merapi.kernels.loop.Cursor.Stride;
import dev.merapi.kernels.loop.Structure.Form;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.Stream;

/// Drives a nest over small sizes: with and without full turns, single vectors and a rest.
///
/// The memory holds the arguments, the scratch, a region for each address, and a copy of these
/// regions that each drive starts from, because a nest may work in place.
final class LoopTrial implements Trial {
  private static final int ROWS = 2;
  private static final int LEVEL = 2;
  private static final int ALIGNMENT = 64;

  /// Operations that join the lanes of a fold.
  private static final int TREE = 12;

  private final Structure structure;
  private final int[] counts;
  private final long scratch;
  private final long scratchBytes;
  private final long[] regions;
  private final long[][] strides;
  private final long end;

  LoopTrial(Structure structure) {
    this.structure = structure;
    int width = structure.width();
    int lanes = structure.form() == Form.ROW ? Structure.PARTIALS : structure.lanes().count();
    this.counts = new int[] {Math.max(1, lanes / 2), width, 2 * width + 2 * lanes - 1};
    this.scratch = align(structure.argumentBytes());
    this.scratchBytes = structure.scratchBytes();
    int cursors = structure.cursors().size();
    this.regions = new long[cursors];
    this.strides = new long[cursors][];
    long next = scratch + align(structure.scratchBytes());
    for (int c = 0; c < cursors; c++) {
      strides[c] = strides(structure.cursors().get(c));
      regions[c] = next;
      next += align(strides[c][0] * ROWS);
    }
    this.end = next;
  }

  private static long align(long size) {
    return (size + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /// In the order of the arguments.
  private long[] strides(Cursor cursor) {
    long[] result = new long[2 + structure.levels()];
    long unit = 1L << cursor.kind().shift();
    long size = unit;
    if (cursor.vector() != Stride.ZERO) {
      result[1] = unit;
      size *= counts[counts.length - 1];
    }
    for (int level = structure.levels() - 1; level >= 0; level--) {
      if (cursor.levels().get(level) != Stride.ZERO) {
        result[2 + level] = size;
        size *= LEVEL;
      }
    }
    result[0] = size;
    return result;
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
    for (int c = 0; c < regions.length; c++) {
      put(memory, structure.rowStrideOffset(c), strides[c][0]);
      put(memory, structure.vectorStrideOffset(c), strides[c][1]);
      for (int level = 0; level < structure.levels(); level++) {
        put(memory, structure.levelStrideOffset(c, level), strides[c][2 + level]);
      }
      boolean address = structure.cursors().get(c).kind() == Cursor.Kind.ADDRESS;
      put(memory, scratch + structure.frameOffset(c), address ? memory.address() + regions[c] : 0);
    }
    steps()
        .filter(step -> step instanceof Step.Load load && load.type() == DType.BOOL)
        .flatMap(step -> step.cursors().stream())
        .forEach(cursor -> makeBooleans(memory, cursor));
    MemorySegment.copy(memory, 0, memory, end, end);
  }

  private void makeBooleans(MemorySegment memory, int cursor) {
    for (long at = regions[cursor]; at < regions[cursor] + strides[cursor][0] * ROWS; at += 4) {
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
      kernel.run(memory, memory + scratch, ROWS, count, 0, 0);
    }
    // What the twin leaves in the scratch is no result.
    MemorySegment.copy(
        Memory.ALL, memory + end + scratch, Memory.ALL, memory + scratch, scratchBytes);
  }

  /// Half of what there is, for a sharper limit: a class that is only compiled from the middle of
  /// its loops on is not slow enough to be told from a compiled one otherwise.
  @Override
  public long operations() {
    long levels = Math.round(Math.pow(LEVEL, structure.levels()));
    long operations = 0;
    for (int count : counts) {
      long vectors = Math.ceilDiv(count, structure.lanes().count());
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
    return operations * ROWS / 2;
  }

  private static long operations(List<Step> steps) {
    return steps.stream().mapToInt(Step::operations).sum();
  }

  private Stream<Step> steps() {
    return structure.stages().stream()
        .flatMap(stage -> Stream.concat(stage.inner().stream(), stage.point().stream()));
  }
}
