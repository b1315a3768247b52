package dev.merapi.kernels.conv;

import static dev.merapi.kernels.jit.Memory.ALL;

import dev.merapi.kernels.conv.Finishing.Pooling;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.product.TileEpilogue.Operand;
import dev.merapi.kernels.target.PlanKernels;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Takes lines of sums of a correlation to the result: by a [LineFinish], or pooled by a
/// [PoolFinish].
final class LineWriter {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  /// Computations that take some 50 microseconds.
  private static final long LASTING = 1 << 20;

  private final Correlation problem;
  private final Finishing finishing;
  private final Kernel kernel;
  private final Kernel lasting;

  /// Computations of an element of the result, about.
  private final long perElement;

  private final List<Operand> operands;
  private final int lineLength;
  private final int width;
  private final long plane;

  /// Columns of a call's lines where all lines of sums are one.
  private final int joined;

  /// @param lineLength floats from one line of sums to the next
  LineWriter(Correlation problem, Finishing finishing, int lineLength, PlanKernels kernels) {
    this.problem = problem;
    this.finishing = finishing;
    this.lineLength = lineLength;
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
    this.perElement = (2 + finishing.epilogue().computations()) * step * step;
  }

  /// Without gaps between them all lines are one.
  private boolean isJoined() {
    return finishing.pooling() == Pooling.NONE && lineLength == width;
  }

  Finishing finishing() {
    return finishing;
  }

  /// Bytes of the kernel's argument block.
  int blockBytes() {
    return LineFinish.operand(operands.size());
  }

  /// Says in the argument block how many blocks of k there are and how far apart their sums lie;
  /// before [#write].
  void bind(long arguments, int blocks, int strideBytes) {
    ALL.set(INT, arguments + LineFinish.COUNT, blocks);
    ALL.set(INT, arguments + LineFinish.STRIDE, strideBytes);
  }

  /// Writes whole lines.
  ///
  /// @param sums address of the first channel's first line
  /// @param channelBytes bytes from the sums of one channel to those of the next
  /// @param arguments address of the argument block
  /// @param slice image and group
  /// @param inGroup the first channel, counted in its group
  /// @param line the first line, a multiple of the pooling's step
  void write(
      long sums,
      long channelBytes,
      long result,
      long workspace,
      long arguments,
      long slice,
      int inGroup,
      int channels,
      int line,
      int lines) {
    int step = finishing.pooling().step();
    long position = (long) (line / step) * width;
    if (!isJoined()) {
      long strides = PlaneCopy.pair((long) lineLength * Float.BYTES, channelBytes);
      long extent = LineFinish.extent(width, lines / step, channels);
      writeAt(sums, strides, result, workspace, arguments, slice, inGroup, position, extent);
      return;
    }
    // The one line is cut into lines of one vector.
    long strides = PlaneCopy.pair((long) joined * Float.BYTES, channelBytes);
    int count = lines * width;
    int done = 0;
    while (done < count) {
      int vectors = Math.min((count - done) / joined, LineFinish.MOST_LINES);
      int columns = vectors > 0 ? joined : count - done; // the rest is a shorter line
      long extent = LineFinish.extent(columns, Math.max(1, vectors), channels);
      long from = sums + (long) done * Float.BYTES;
      writeAt(from, strides, result, workspace, arguments, slice, inGroup, position + done, extent);
      done += columns * Math.max(1, vectors);
    }
  }

  /// Writes an extent of the result from a position on.
  private void writeAt(
      long sums,
      long strides,
      long result,
      long workspace,
      long arguments,
      long slice,
      int inGroup,
      long position,
      long extent) {
    int groups = problem.groups();
    int channel = (int) (slice % groups) * problem.outputs() + inGroup;
    ConvOperands.place(operands, workspace, arguments, slice / groups, channel, position);
    long channels = slice * problem.outputs() + inGroup;
    long to = result + channels * plane + position * Float.BYTES;
    Kernel run = LineFinish.elements(extent) * perElement < LASTING ? kernel : lasting;
    run.run(sums, to, extent, strides, plane, arguments);
  }
}
