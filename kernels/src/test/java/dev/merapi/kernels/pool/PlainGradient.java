package dev.merapi.kernels.pool;

import static dev.merapi.kernels.jit.Memory.ALL;

import dev.merapi.graph.Monoid;
import java.lang.foreign.ValueLayout;

/// What the gradient of pooling is to give to the last bit, in plain loops, for any geometry: each
/// position adds to what its window has received so far, positions in row-major order.
record PlainGradient(Monoid monoid, Planes planes) {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /// Sets a plane to zero.
  void clear(long dx) {
    for (int row = 0; row < planes.rows().size(); row++) {
      clearLine(dx + row * planes.lineBytes());
    }
  }

  private void clearLine(long line) {
    for (int i = 0; i < planes.columns().size(); i++) {
      ALL.set(FLOAT, line + ((long) i << 2), 0);
    }
  }

  /// Adds the gradients of the positions of a line between two columns.
  ///
  /// @param x address of the operand's plane; not read for sums
  /// @param dy address of the result's gradient
  /// @param dx address of the operand's gradient
  void line(long x, long dy, long dx, int row, int column, int endColumn) {
    PoolAxis columns = planes.columns();
    int firstRow = planes.rows().firstTap(row);
    int tapRows = planes.rows().endTap(row) - firstRow;
    for (int c = column; c < endColumn; c++) {
      int first = columns.firstTap(c);
      int tapColumns = columns.endTap(c) - first;
      long offset =
          planes.offset(row, c) + firstRow * planes.tapRowBytes() + first * planes.tapBytes();
      if (tapRows > 0 && tapColumns > 0) {
        float gradient = ALL.get(FLOAT, dy + planes.pooledOffset(row, c));
        window(x + offset, dx + offset, tapRows, tapColumns, gradient);
      }
    }
  }

  private void window(long x, long dx, int rows, int columns, float gradient) {
    switch (monoid) {
      case SUM -> addToAll(dx, rows, columns, gradient);
      case MAX, MIN -> add(dx + winner(x, rows, columns), gradient);
    }
  }

  private static void add(long address, float gradient) {
    ALL.set(FLOAT, address, ALL.get(FLOAT, address) + gradient);
  }

  private void addToAll(long window, int rows, int columns, float gradient) {
    for (int i = 0; i < rows; i++) {
      long line = window + i * planes.tapRowBytes();
      for (int j = 0; j < columns; j++) {
        add(line + j * planes.tapBytes(), gradient);
      }
    }
  }

  /// The distance in bytes from a window's first element to its extreme one.
  private long winner(long window, int rows, int columns) {
    float extreme = ALL.get(FLOAT, window);
    long winner = 0;
    for (int i = 0; i < rows; i++) {
      long line = i * planes.tapRowBytes();
      for (int j = 0; j < columns; j++) {
        long at = line + j * planes.tapBytes();
        float element = ALL.get(FLOAT, window + at);
        if (PlainPool.replaces(monoid, element, extreme)) {
          extreme = element;
          winner = at;
        }
      }
    }
    return winner;
  }

  /// Takes all planes.
  void run(long x, long dy, long dx) {
    for (int plane = 0; plane < planes.count(); plane++) {
      long offset = plane * planes.bytes();
      clear(dx + offset);
      for (int row = 0; row < planes.rows().positions(); row++) {
        long from = dy + plane * planes.pooledBytes();
        line(x + offset, from, dx + offset, row, 0, planes.columns().positions());
      }
    }
  }
}
