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
/// What a drive takes grows with the number of loops, not with that of their points. Of the slow
/// loops there is a place to start at before each of their steps: the last loops of it are at their
/// ends, so that the next step ends just these. Of the scalar inner loops a few run at a time, and
/// the others once: there are arguments for each such group.
///
/// The memory holds the arguments, the scratch, the places to start at, a region for each address,
/// and a copy of all that, which each drive starts from, because a nest may work in place.
final class NestTrial implements Trial {
  private static final int ROWS = 2;
  private static final int LEVEL = 2;
  private static final int LEVELS_AT_ONCE = 4;
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
  private final int blocks;
  private final long blockBytes;
  private final long scratch;
  private final long places;
  private final long placeBytes;
  private final long[] regions;
  private final Strides[] strides;
  private final long end;

  /// What a cursor gains along each loop, in bytes or numbers. Different loops may lead to the same
  /// element: the memory would double with each of them otherwise.
  private record Strides(long row, long vector, long[] levels, long slow, long all) {}

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
    this.groups = shape.slow() == 0 ? 1 : SLOW;
    this.counts =
        hasSquares
            ? new int[] {2 * lanes - 1}
            : new int[] {Math.max(1, most / 2), width, 2 * width + 2 * most - 1};
    this.blocks = Math.max(1, Math.ceilDiv(structure.levels(), LEVELS_AT_ONCE));
    this.blockBytes = align(slow.argumentBytes());
    this.scratch = blocks * blockBytes;
    this.placeBytes = align(slow.placeBytes());
    this.places = scratch + placeBytes;
    int cursors = structure.cursors().size();
    this.regions = new long[cursors];
    this.strides = new Strides[cursors];
    long next = places + (shape.slow() + 1) * placeBytes;
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
    for (int level = 0; level < levels.length; level++) {
      levels[level] = cursor.levels().get(level) == Stride.ZERO ? 0 : size;
    }
    size *= 1 + Math.min(levels.length, LEVELS_AT_ONCE) * (LEVEL - 1);
    if (!crosses) {
      row = size;
      size *= rows;
    }
    long along = size;
    size *= 1 + shape.slow() * (SLOW - 1);
    return new Strides(row, vector, levels, along, size);
  }

  @Override
  public long bytes() {
    return 2 * end;
  }

  @Override
  public void prepare(MemorySegment memory) {
    Trial.super.prepare(memory);
    for (int block = 0; block < blocks; block++) {
      putArguments(memory, block);
    }
    for (int ended = 0; ended <= shape.slow(); ended++) {
      putPlace(memory, ended);
    }
    steps()
        .filter(step -> step instanceof Step.Load load && load.type() == DType.BOOL)
        .flatMap(step -> step.cursors().stream())
        .forEach(cursor -> makeBooleans(memory, cursor));
    MemorySegment.copy(memory, 0, memory, end, end);
  }

  private void putArguments(MemorySegment memory, int block) {
    long at = block * blockBytes;
    for (int level = 0; level < structure.levels(); level++) {
      put(memory, at + structure.extentOffset(level), level / LEVELS_AT_ONCE == block ? LEVEL : 1);
    }
    for (int loop = 0; loop < shape.slow(); loop++) {
      put(memory, at + slow.extentOffset(loop), SLOW);
    }
    for (int c = 0; c < regions.length; c++) {
      Strides of = strides[c];
      put(memory, at + structure.rowStrideOffset(c), of.row());
      put(memory, at + structure.vectorStrideOffset(c), of.vector());
      for (int level = 0; level < structure.levels(); level++) {
        put(memory, at + structure.levelStrideOffset(c, level), of.levels()[level]);
      }
      for (int loop = 0; loop < shape.slow(); loop++) {
        put(memory, at + slow.strideOffset(c, loop), of.slow());
      }
    }
  }

  /// The place at which so many of the last slow loops are at their ends, and the others begin.
  private void putPlace(MemorySegment memory, int ended) {
    long at = place(ended);
    for (int loop = 0; loop < shape.slow(); loop++) {
      put(memory, at + slow.counterOffset(loop), loop < shape.slow() - ended ? 0 : SLOW - 1);
    }
    for (int c = 0; c < regions.length; c++) {
      boolean address = structure.cursors().get(c).kind() == Cursor.Kind.ADDRESS;
      long gained = (SLOW - 1) * strides[c].slow() * ended;
      put(
          memory,
          at + structure.frameOffset(c),
          gained + (address ? memory.address() + regions[c] : 0));
    }
  }

  private long place(int ended) {
    return places + ended * placeBytes;
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
    for (int block = 0; block < blocks; block++) {
      for (int count : counts) {
        run(kernel, memory, block, count, 0);
      }
    }
    for (int ended = 1; ended <= shape.slow(); ended++) {
      run(kernel, memory, 0, counts[0], ended);
    }
  }

  private void run(Kernel kernel, long memory, int block, int count, int ended) {
    long arguments = memory + block * blockBytes;
    kernel.run(arguments, memory + scratch, rows, count, groups, memory + place(ended));
  }

  /// Half of what there is, for a sharper limit: a class that is only compiled from the middle of
  /// its loops on is not slow enough to be told from a compiled one otherwise.
  @Override
  public long operations() {
    long operations = 0;
    for (int block = 0; block < blocks; block++) {
      for (int count : counts) {
        operations += operations(block, count) + steps(0);
      }
    }
    for (int ended = 1; ended <= shape.slow(); ended++) {
      operations += operations(0, counts[0]) + steps(ended);
    }
    return operations / 2;
  }

  /// Of a call, but for the slow loops.
  private long operations(int block, int count) {
    int levels = Math.clamp(structure.levels() - block * LEVELS_AT_ONCE, 0, LEVELS_AT_ONCE);
    long points = Math.round(Math.pow(LEVEL, levels));
    long vectors = Math.ceilDiv(count, Math.min(shape.lanes(), registers));
    long operations = 0;
    for (Structure.Stage stage : structure.stages()) {
      long inner = operations(stage.inner()) * points * vectors;
      long point = operations(stage.point());
      operations +=
          switch (structure.form()) {
            case MAP -> inner + point * vectors;
            case ROW -> inner + point + (long) TREE * stage.folds().size();
          };
    }
    return operations * rows * groups;
  }

  /// Of a call from a place: what is copied of it, and each cursor along each slow loop.
  private long steps(int ended) {
    return shape.slow() == 0 ? 0 : (ended + groups) * (long) slow.placeBytes() / Long.BYTES;
  }

  private static long operations(List<Step> steps) {
    return steps.stream().mapToInt(Step::operations).sum();
  }

  private Stream<Step> steps() {
    return structure.stages().stream()
        .flatMap(stage -> Stream.concat(stage.inner().stream(), stage.point().stream()));
  }
}
