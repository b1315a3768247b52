package dev.merapi.kernels.conv;

import static dev.merapi.kernels.emit.Memory.ALL;

import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import dev.merapi.kernels.gemm.Epilogue.Operand;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Takes lines of sums of a correlation to the result: by a [LineFinish], or pooled by a
/// [PoolFinish].
final class LineWriter {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  private final Correlation problem;
  private final Finishing finishing;
  private final TieredKernel kernel;
  private final List<Operand> operands;
  private final int width;
  private final long plane;

  LineWriter(Correlation problem, Finishing finishing, Lanes lanes, KernelCache cache) {
    this.problem = problem;
    this.finishing = finishing;
    this.operands = List.copyOf(finishing.epilogue().operands());
    int step = finishing.pooling().step();
    this.width = problem.columns().output() / step;
    this.plane = Correlation.offset((long) (problem.rows().output() / step) * width);
    this.kernel =
        switch (finishing.pooling()) {
          case NONE -> new LineFinish(lanes, finishing.epilogue()).in(cache);
          case MAX_OF_FOUR -> PoolFinish.of(width, lanes, finishing.epilogue()).in(cache);
        };
  }

  TieredKernel kernel() {
    return kernel;
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
  /// @param sums address of the first channel's first line, which every channel and line follows at
  ///   the distances that `strides` tells, a [PlaneCopy#pair] of line and channel
  /// @param arguments address of the argument block
  /// @param slice image and group
  /// @param inGroup the first channel, counted in its group
  /// @param line the first line, a multiple of the pooling's step
  void write(
      long sums,
      long strides,
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
    writeAt(
        sums,
        strides,
        result,
        workspace,
        arguments,
        slice,
        inGroup,
        position,
        LineFinish.extent(width, lines / step, channels));
  }

  /// Writes an extent of the result from a position on.
  void writeAt(
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
    kernel.current().run(sums, to, extent, strides, plane, arguments);
  }
}
