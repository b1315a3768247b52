package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.emit.Memory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Packs one element at a time, for any strides. It moves bits and computes nothing, so one class
/// serves as twin of all packing kernels.
final class PackTwin implements Kernel {
  private static final MemorySegment ALL = Memory.ALL;

  @Override
  public void run(
      long source, long panel, long stepStride, long lineStride, long steps, long extent) {
    int lines = (int) extent;
    long width = extent >>> TileArguments.COLUMNS_SHIFT;
    for (int k = 0; k < (int) steps; k++) {
      long from = source + k * stepStride;
      long to = panel + k * width * Integer.BYTES;
      for (int i = 0; i < lines; i++) {
        int bits = ALL.get(ValueLayout.JAVA_INT_UNALIGNED, from + i * lineStride);
        ALL.set(ValueLayout.JAVA_INT_UNALIGNED, to + ((long) i << 2), bits);
      }
    }
  }
}
