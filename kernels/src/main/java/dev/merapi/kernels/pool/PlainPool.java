package dev.merapi.kernels.pool;

import static dev.merapi.kernels.emit.Memory.ALL;

import dev.merapi.graph.Monoid;
import java.lang.foreign.ValueLayout;

/// Pooling in plain loops, for any geometry.
///
/// Methods take one line or one window each, so that they are called often and compiled early.
record PlainPool(Monoid monoid, Planes planes) {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /// Taps of a window that are summed in one chain.
  static final int CHAIN = 16;

  /// Pools the positions of a line between two columns.
  ///
  /// @param x address of the operand's plane
  /// @param y address of the result's plane
  void line(long x, long y, int row, int column, int endColumn) {
    PoolAxis columns = planes.columns();
    int firstRow = planes.rows().firstTap(row);
    int tapRows = planes.rows().endTap(row) - firstRow;
    for (int c = column; c < endColumn; c++) {
      int first = columns.firstTap(c);
      long at =
          x + planes.offset(row, c) + firstRow * planes.tapRowBytes() + first * planes.tapBytes();
      float joined =
          switch (monoid) {
            case SUM -> sum(at, tapRows, columns.endTap(c) - first);
            case MAX, MIN -> extreme(at, tapRows, columns.endTap(c) - first);
          };
      ALL.set(FLOAT, y + planes.pooledOffset(row, c), joined);
    }
  }

  /// In chains of 16 taps, whose sums are added without loss, as all sums
  /// (docs/decisions/0022-how-sums-are-defined.md).
  private float sum(long window, int rows, int columns) {
    float chain = 0;
    float high = 0;
    float excess = 0;
    int taps = 0;
    for (int i = 0; i < rows; i++) {
      long line = window + i * planes.tapRowBytes();
      for (int j = 0; j < columns; j++) {
        chain += ALL.get(FLOAT, line + j * planes.tapBytes());
        taps++;
        if (taps % CHAIN == 0 || taps == rows * columns) {
          float added = chain - excess;
          float next = added + high;
          float seen = next - high;
          excess = (seen - added) + ((next - seen) - high);
          excess = Float.isNaN(excess) ? 0 : excess;
          high = next;
          chain = 0;
        }
      }
    }
    return high - excess;
  }

  private float extreme(long window, int rows, int columns) {
    float extreme = (float) monoid.identity();
    for (int i = 0; i < rows; i++) {
      long line = window + i * planes.tapRowBytes();
      for (int j = 0; j < columns; j++) {
        float element = ALL.get(FLOAT, line + j * planes.tapBytes());
        extreme = Extremes.replaces(monoid, element, extreme) ? element : extreme;
      }
    }
    return extreme;
  }
}
