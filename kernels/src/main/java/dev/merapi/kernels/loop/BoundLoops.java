package dev.merapi.kernels.loop;

import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.jit.CallTime;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Memory;
import dev.merapi.kernels.loop.Structure.Form;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.LoopNest;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.ToLongFunction;

/// A compiled nest with addresses. Immutable: threads may run ranges of it at the same time, each
/// with its own scratch.
public final class BoundLoops {
  /// Elements along the lanes of one unit of a map: long enough to hide the call, short enough to
  /// share and to stay in the nearest cache.
  private static final long CHUNK = 4096;

  private final Structure structure;
  private final Kernel brief;
  private final Kernel lasting;
  private final long arguments;
  private final SlowLoops slow;

  /// The argument block.
  private final long[] words;

  private final long count;
  private final long chunk;
  private final long chunks;
  private final long rows;

  /// Most elements of a call that soon ends.
  private final long mostOfBrief;

  private final long slowUnits;

  /// Extents of the slow loops, and the strides of all cursors along them, loop by loop.
  private final long[] slowExtents;

  private final long[][] slowStrides;
  private final long[] bases;
  private final long[] rowStrides;
  private final long[] chunkStrides;

  BoundLoops(
      LoopNest nest,
      Plan plan,
      NestShape shape,
      Kernel kernel,
      ToLongFunction<Buffer> addresses,
      long arguments) {
    Schedule schedule = plan.schedule();
    List<Long> extents = nest.extents();
    this.structure = plan.structure();
    this.brief = kernel;
    this.lasting = kernel.lasting();
    this.arguments = arguments;
    this.count = extents.get(schedule.vector());
    // Squares would be cut.
    boolean splits = structure.form() == Form.MAP && count > CHUNK && shape.crossing().isEmpty();
    this.chunk = splits ? CHUNK : count;
    this.chunks = Math.ceilDiv(count, chunk);
    this.rows = schedule.row().map(extents::get).orElse(1L);
    this.slowExtents = schedule.slow().stream().mapToLong(extents::get).toArray();
    long points = 1;
    for (long extent : slowExtents) {
      points *= extent;
    }
    this.slowUnits = points;
    long inner = schedule.levels().stream().map(extents::get).reduce(1L, (a, b) -> a * b);
    double computed = CallTime.COMPUTED * Structure.PARTIALS / shape.lanes();
    this.mostOfBrief =
        CallTime.mostOfBrief(computed * Math.max(1, (double) inner * structure.operations()));
    int cursors = plan.sources().size();
    this.bases = new long[cursors];
    this.rowStrides = new long[cursors];
    this.chunkStrides = new long[cursors];
    this.slowStrides = new long[slowExtents.length][cursors];
    this.slow = new SlowLoops(structure, slowExtents.length);
    this.words = new long[slow.argumentBytes() / Long.BYTES];
    for (int level = 0; level < schedule.levels().size(); level++) {
      put(structure.extentOffset(level), extents.get(schedule.levels().get(level)));
    }
    for (int c = 0; c < cursors; c++) {
      bind(c, plan.sources().get(c), schedule, addresses);
    }
    putSlowLoops();
  }

  private void putSlowLoops() {
    for (int loop = 0; loop < slowExtents.length; loop++) {
      put(slow.extentOffset(loop), slowExtents[loop]);
      for (int c = 0; c < bases.length; c++) {
        put(slow.strideOffset(c, loop), slowStrides[loop][c]);
      }
    }
  }

  private void bind(
      int c, Plan.Source source, Schedule schedule, ToLongFunction<Buffer> addresses) {
    int shift = source.kind().shift();
    bases[c] = (source.offset() << shift) + source.buffer().map(addresses::applyAsLong).orElse(0L);
    long vectorStride = source.strides().get(schedule.vector()) << shift;
    rowStrides[c] = schedule.row().map(row -> source.strides().get(row) << shift).orElse(0L);
    chunkStrides[c] = vectorStride * chunk;
    for (int loop = 0; loop < slowExtents.length; loop++) {
      slowStrides[loop][c] = source.strides().get(schedule.slow().get(loop)) << shift;
    }
    put(structure.rowStrideOffset(c), rowStrides[c]);
    put(structure.vectorStrideOffset(c), vectorStride);
    for (int level = 0; level < schedule.levels().size(); level++) {
      long stride = source.strides().get(schedule.levels().get(level)) << shift;
      put(structure.levelStrideOffset(c, level), stride);
    }
  }

  private void put(int offset, long value) {
    words[offset / Long.BYTES] = value;
  }

  /// Writes the argument block; before the first call.
  public void writeArguments() {
    for (int i = 0; i < words.length; i++) {
      Memory.ALL.set(ValueLayout.JAVA_LONG, arguments + (long) i * Long.BYTES, words[i]);
    }
  }

  /// How many units of work there are.
  public long units() {
    return slowUnits * rows * chunks;
  }

  /// The calls that run some units, in as few calls as there are pieces of different form: a part
  /// of a row, rows of a group, whole groups of rows, rows of a group, a part of a row.
  ///
  /// @param from first unit of the range, `to` the one behind its last
  /// @param scratch [LoopKernel#scratchBytes] of memory that nobody else uses meanwhile, 8-byte
  ///   aligned
  public void calls(Calls calls, long from, long to, long scratch) {
    long unit = from;
    while (unit < to) {
      long left = to - unit;
      long row = unit / chunks;
      long part = unit - row * chunks;
      long point = row / rows;
      row -= point * rows;
      long parts = chunks;
      long together = 1;
      long groups = 1;
      if (part > 0 || left < chunks) {
        parts = Math.min(left, chunks - part);
      } else if (row > 0 || left < rows * chunks) {
        together = Math.min(left / chunks, rows - row);
      } else {
        together = rows;
        groups = left / (rows * chunks);
      }
      long start = calls.block(scratch + slow.placeBytes(), slow.placeBytes() / Long.BYTES);
      position(calls, point, row, part, start);
      long elements = Math.min(parts * chunk, count - part * chunk);
      boolean isBrief = together * groups * elements <= mostOfBrief;
      Kernel kernel = isBrief ? brief : lasting;
      calls.call(kernel, arguments, scratch, together, elements, groups, start);
      unit += parts * together * groups;
    }
  }

  /// Writes the cursors' values at the first element of a call, and the counters of slow loops.
  private void position(Calls calls, long point, long row, long part, long start) {
    count(calls, point, start);
    for (int c = 0; c < bases.length; c++) {
      long value = bases[c] + row * rowStrides[c] + part * chunkStrides[c];
      long rest = point;
      for (int loop = slowExtents.length - 1; loop >= 0; loop--) {
        long next = rest / slowExtents[loop];
        value += (rest - next * slowExtents[loop]) * slowStrides[loop][c];
        rest = next;
      }
      calls.put(start + structure.frameOffset(c), value);
    }
  }

  private void count(Calls calls, long point, long start) {
    long rest = point;
    for (int loop = slowExtents.length - 1; loop >= 0; loop--) {
      long next = rest / slowExtents[loop];
      long counter = rest - next * slowExtents[loop];
      calls.put(start + slow.counterOffset(loop), counter);
      rest = next;
    }
  }
}
