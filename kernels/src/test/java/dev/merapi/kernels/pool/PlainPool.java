package dev.merapi.kernels.pool;

import static dev.merapi.kernels.jit.Memory.ALL;

import dev.merapi.graph.Monoid;
import dev.merapi.kernels.math.FloatChains;
import java.lang.foreign.ValueLayout;

/// What pooling is to give to the last bit, in plain loops, for any geometry.
record PlainPool(Monoid monoid, Planes planes) {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

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

  private float sum(long window, int rows, int columns) {
    boolean isLong = (long) planes.rows().taps() * planes.columns().taps() > FloatChains.LONGEST;
    return isLong ? longSum(window, rows, columns) : shortSum(window, rows, columns);
  }

  private float longSum(long window, int rows, int columns) {
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      long line = window + i * planes.tapRowBytes();
      for (int j = 0; j < columns; j++) {
        sum += ALL.get(FLOAT, line + j * planes.tapBytes());
      }
    }
    return (float) sum;
  }

  private float shortSum(long window, int rows, int columns) {
    float sum = 0;
    for (int i = 0; i < rows; i++) {
      long line = window + i * planes.tapRowBytes();
      for (int j = 0; j < columns; j++) {
        sum += ALL.get(FLOAT, line + j * planes.tapBytes());
      }
    }
    return sum;
  }

  private float extreme(long window, int rows, int columns) {
    float extreme = (float) monoid.identity();
    for (int i = 0; i < rows; i++) {
      long line = window + i * planes.tapRowBytes();
      for (int j = 0; j < columns; j++) {
        float element = ALL.get(FLOAT, line + j * planes.tapBytes());
        extreme = replaces(monoid, element, extreme) ? element : extreme;
      }
    }
    return extreme;
  }

  /// Whether an element takes the place of the extreme so far: the first one stays among equals,
  /// and the first NaN stays for good.
  static boolean replaces(Monoid monoid, float element, float extreme) {
    boolean stays = monoid == Monoid.MAX ? element <= extreme : extreme <= element;
    return !stays && !Float.isNaN(extreme);
  }

  /// Pools all planes.
  void run(long x, long y) {
    for (int plane = 0; plane < planes.count(); plane++) {
      long to = y + plane * planes.pooledBytes();
      for (int row = 0; row < planes.rows().positions(); row++) {
        line(x + plane * planes.bytes(), to, row, 0, planes.columns().positions());
      }
    }
  }
}
