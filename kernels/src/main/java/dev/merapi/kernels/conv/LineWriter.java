package dev.merapi.kernels.conv;

import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.conv.Finishing.Pooling;
import dev.merapi.kernels.jit.CallTime;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.product.TileEpilogue.Operand;
import dev.merapi.kernels.target.PlanKernels;
import java.util.List;

/// Takes lines of sums of a correlation to the result: by a [LineFinish], or pooled by a
/// [PoolFinish].
final class LineWriter {
  private final Correlation problem;
  private final Finishing finishing;
  private final Kernel kernel;
  private final Kernel lasting;

  /// Elements of the result in a call that soon ends.
  private final long mostOfBrief;

  private final List<Operand> operands;
  private final Sums sums;
  private final int width;
  private final long plane;

  /// Columns of a call's lines where all lines of sums are one.
  private final int joined;

  /// How sums lie.
  ///
  /// @param lineLength floats from one line to the next
  /// @param channelBytes bytes from one channel to the next
  /// @param blocks of k
  /// @param blockBytes bytes from the sums of one block to those of the next
  record Sums(int lineLength, long channelBytes, int blocks, int blockBytes) {}

  LineWriter(Correlation problem, Finishing finishing, Sums sums, PlanKernels kernels) {
    this.problem = problem;
    this.finishing = finishing;
    this.sums = sums;
    this.operands = finishing.epilogue().operands();
    int step = finishing.pooling().step();
    this.width = problem.columns().output() / step;
    this.plane = Correlation.offset((long) (problem.rows().output() / step) * width);
    this.joined = kernels.target().registerLanes();
    int lanes = isJoined() ? joined : LineLanes.of(width, kernels.target());
    this.kernel =
        switch (finishing.pooling()) {
          case NONE -> new LineFinish(lanes, finishing.epilogue()).in(kernels);
          case MAX_OF_FOUR -> new PoolFinish(lanes, finishing.epilogue()).in(kernels);
        };
    this.lasting = kernel.lasting();
    double computed = finishing.epilogue().computations() * CallTime.COMPUTED;
    this.mostOfBrief = CallTime.mostOfBrief((CallTime.MOVED + computed) * step * step);
  }

  /// Without gaps between them all lines are one.
  private boolean isJoined() {
    return finishing.pooling() == Pooling.NONE && sums.lineLength == width;
  }

  /// Bytes of the kernel's argument block.
  int blockBytes() {
    return LineFinish.operand(operands.size());
  }

  /// Writes whole lines.
  ///
  /// @param from address of the sums of the first channel's first line
  /// @param own of [#blockBytes] bytes
  /// @param slice image and group
  /// @param inGroup the first channel, counted in its group
  /// @param line the first line, a multiple of the pooling's step
  void write(
      Calls calls,
      ConvOperands memory,
      long from,
      long own,
      long slice,
      int inGroup,
      int channels,
      int line,
      int lines) {
    int step = finishing.pooling().step();
    long position = (long) (line / step) * width;
    if (!isJoined()) {
      long strides = PlaneCopy.pair((long) sums.lineLength * Float.BYTES, sums.channelBytes);
      long extent = LineFinish.extent(width, lines / step, channels);
      writeAt(calls, memory, from, own, strides, slice, inGroup, position, extent);
      return;
    }
    // The one line is cut into lines of one vector.
    long strides = PlaneCopy.pair((long) joined * Float.BYTES, sums.channelBytes);
    int count = lines * width;
    int done = 0;
    while (done < count) {
      int vectors = Math.min((count - done) / joined, LineFinish.MOST_LINES);
      int columns = vectors > 0 ? joined : count - done; // the rest is a shorter line
      long extent = LineFinish.extent(columns, Math.max(1, vectors), channels);
      long at = from + (long) done * Float.BYTES;
      writeAt(calls, memory, at, own, strides, slice, inGroup, position + done, extent);
      done += columns * Math.max(1, vectors);
    }
  }

  /// Writes an extent of the result from a position on.
  private void writeAt(
      Calls calls,
      ConvOperands memory,
      long from,
      long own,
      long strides,
      long slice,
      int inGroup,
      long position,
      long extent) {
    int groups = problem.groups();
    int channel = (int) (slice % groups) * problem.outputs() + inGroup;
    long block = LineFinish.block(calls, own, operands.size(), sums.blocks, sums.blockBytes);
    LineFinish.place(calls, block, operands, memory.epilogue(), slice / groups, channel, position);
    long channels = slice * problem.outputs() + inGroup;
    long to = memory.result() + channels * plane + position * Float.BYTES;
    Kernel run = LineFinish.elements(extent) < mostOfBrief ? kernel : lasting;
    calls.call(run, from, to, extent, strides, plane, block);
  }
}
