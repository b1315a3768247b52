package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.KernelCache;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel;
import java.util.stream.Stream;

/// Brings one operand of a product into panels: strips of `width` lines, in each of which the steps
/// of a block follow each other. For A the lines are its rows, for B its columns; the steps are k
/// in both.
///
/// Full strips and the last one, full blocks and the last one may each take another kernel.
final class Packing {
  private final int width;
  private final int lines;
  private final int steps;

  /// Distances in bytes.
  private final long lineStride;

  private final long stepStride;
  private final TieredKernel fullFull;
  private final TieredKernel fullRest;
  private final TieredKernel restFull;
  private final TieredKernel restRest;

  /// @param width lines of a panel
  /// @param lines lines of the operand
  /// @param steps its steps
  /// @param strides row: from line to line, column: from step to step
  Packing(int width, int lines, int steps, Strides strides, Lanes lanes, KernelCache cache) {
    this.width = width;
    this.lines = lines;
    this.steps = steps;
    this.lineStride = strides.row() * Float.BYTES;
    this.stepStride = strides.column() * Float.BYTES;
    int full = Math.min(lines, width);
    int rest = lines % width == 0 ? full : lines % width;
    int block = Math.min(steps, Gemm.BLOCK);
    int lastBlock = steps % Gemm.BLOCK == 0 ? block : steps % Gemm.BLOCK;
    this.fullFull = choose(full, block, strides, lanes).in(cache);
    this.fullRest = choose(full, lastBlock, strides, lanes).in(cache);
    this.restFull = choose(rest, block, strides, lanes).in(cache);
    this.restRest = choose(rest, lastBlock, strides, lanes).in(cache);
  }

  /// The kernel for a strip of some lines and steps.
  static Pack choose(int lines, int steps, Strides strides, Lanes lanes) {
    Lanes across = widest(lanes, lines);
    if (across == Lanes.SCALAR) {
      return new Pack.Elements();
    }
    if (strides.row() == 1) {
      return new Pack.Straight(Math.ceilDiv(lines, across.count()), across);
    }
    // A block of 16 x 16 would not fit in the registers.
    Lanes square = widest(widest(across, steps), Lanes.L8.count());
    if (strides.column() == 1 && square != Lanes.SCALAR) {
      return new Pack.Transposing(square);
    }
    return new Pack.Elements();
  }

  private static Lanes widest(Lanes most, int count) {
    Lanes found = Lanes.SCALAR;
    for (Lanes lanes : Lanes.values()) {
      if (lanes.compareTo(most) <= 0 && lanes.count() <= count) {
        found = lanes;
      }
    }
    return found;
  }

  /// Packs the strips `[from, to)` of one block of k, side by side.
  void pack(long source, long panels, int from, int to, int block) {
    int first = block * Gemm.BLOCK;
    int count = blockSteps(block);
    for (int strip = from; strip < to; strip++) {
      int line = strip * width;
      int height = Math.min(width, lines - line);
      long start = source + line * lineStride + first * stepStride;
      long panel = panels + panelOffset(strip - from, count);
      kernel(height, count)
          .run(start, panel, stepStride, lineStride, count, TileArguments.extent(height, width));
    }
  }

  /// What panels hold, and of which elements of the operand.
  private record Layout(int width, int lines, int steps, long lineStride, long stepStride) {}

  /// Equal for packings that write the same bytes.
  Object layout() {
    return new Layout(width, lines, steps, lineStride, stepStride);
  }

  int strips() {
    return Math.ceilDiv(lines, width);
  }

  /// Whether the last strip is not full.
  boolean hasRest() {
    return lines % width != 0;
  }

  /// Steps of the longest block of k.
  int longestBlock() {
    return Math.min(steps, Gemm.BLOCK);
  }

  /// Bytes of a panel of the longest block of k.
  long panelBytes() {
    return panelOffset(1, longestBlock());
  }

  /// Steps of one block of k.
  int blockSteps(int block) {
    return Math.min(Gemm.BLOCK, steps - block * Gemm.BLOCK);
  }

  /// Where a strip's panel begins behind the first one's of the same block.
  long panelOffset(int strip, int count) {
    return (long) strip * width * count * Float.BYTES;
  }

  private Kernel kernel(int height, int count) {
    boolean fullBlock = count == Gemm.BLOCK || steps < Gemm.BLOCK && count == steps;
    if (height == width || lines < width) {
      return fullBlock ? fullFull : fullRest;
    }
    return fullBlock ? restFull : restRest;
  }

  Stream<TieredKernel> kernels() {
    return Stream.of(fullFull, fullRest, restFull, restRest);
  }
}
