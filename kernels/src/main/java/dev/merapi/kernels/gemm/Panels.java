package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.TieredKernel;
import java.util.stream.Stream;

/// Where the micro-kernels find an operand, strip by strip: A in strips of rows, B in strips of
/// columns.
sealed interface Panels {
  /// Makes the strips `[from, to)` of one block of k ready, which they are where nothing is packed.
  ///
  /// @param source address of the operand
  /// @param area address of [#bytes] for this use alone
  /// @return the address of the first, or what [Several#panel] needs to find them
  default long prepare(long source, long area, int from, int to, int block) {
    return find(source, area, from, block);
  }

  /// Finds strips that are ready.
  ///
  /// @param from number of the first one
  /// @return the address of the first, or what [Several#panel] needs to find them
  long find(long source, long area, int from, int block);

  /// Bytes that a number of strips take at most.
  default long bytes(int strips) {
    return 0;
  }

  default Stream<TieredKernel> kernels() {
    return Stream.of();
  }

  /// Panels of which several are ready at a time, as those of B are.
  sealed interface Several extends Panels {
    /// The address of a strip.
    ///
    /// @param prepared what [#prepare] returned
    /// @param strip number of the strip, counted from the first one prepared
    /// @param steps length of the block of k
    long panel(long prepared, int strip, int steps);
  }

  /// Packed in each run.
  record Fresh(Packing packing) implements Several {
    @Override
    public long prepare(long source, long area, int from, int to, int block) {
      packing.pack(source, area, from, to, block);
      return area;
    }

    @Override
    public long find(long source, long area, int from, int block) {
      return area;
    }

    @Override
    public long panel(long prepared, int strip, int steps) {
      return prepared + packing.panelOffset(strip, steps);
    }

    @Override
    public long bytes(int strips) {
      return strips * packing.panelBytes();
    }

    @Override
    public Stream<TieredKernel> kernels() {
      return packing.kernels();
    }
  }

  /// Packed before: the source has the panels of all strips of the first block, then those of the
  /// second.
  record Packed(Packing packing) implements Several {
    @Override
    public long find(long source, long area, int from, int block) {
      int first = block * Gemm.BLOCK;
      return source
          + packing.panelOffset(packing.strips(), first)
          + packing.panelOffset(from, packing.blockSteps(block));
    }

    @Override
    public long panel(long prepared, int strip, int steps) {
      return prepared + packing.panelOffset(strip, steps);
    }
  }

  /// Rows of A used where they lie. A strip that is not full begins as many rows higher; there must
  /// be one that is full.
  ///
  /// @param lines rows of A
  /// @param height rows of a strip
  /// @param stride bytes from one row to the next
  record Rows(int lines, int height, long stride) implements Panels {
    @Override
    public long find(long source, long area, int from, int block) {
      int row = Math.min(from * height, lines - height);
      return source + row * stride + (long) block * Gemm.BLOCK * Float.BYTES;
    }
  }

  /// Columns of B used where they lie. A strip that is not full is packed, because a micro-kernel
  /// would read beyond it.
  ///
  /// @param packing for the last strip
  /// @param stripStride bytes from one strip to the next
  /// @param stepStride bytes from one k to the next
  record InPlace(Packing packing, long stripStride, long stepStride) implements Several {
    @Override
    public long prepare(long source, long area, int from, int to, int block) {
      if (packing.hasRest() && to == packing.strips()) {
        packing.pack(source, area, to - 1, to, block);
      }
      return find(source, area, from, block);
    }

    @Override
    public long find(long source, long area, int from, int block) {
      return source + from * stripStride + (long) block * Gemm.BLOCK * stepStride;
    }

    @Override
    public long panel(long prepared, int strip, int steps) {
      return prepared + strip * stripStride;
    }

    @Override
    public long bytes(int strips) {
      return packing.hasRest() ? packing.panelBytes() : 0;
    }

    @Override
    public Stream<TieredKernel> kernels() {
      return packing.hasRest() ? packing.kernels() : Stream.of();
    }
  }
}
