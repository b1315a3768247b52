package dev.merapi.kernels.pool;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.WindowGeometry;

/// The planes of an operand and how windows slide over each.
///
/// @param count channels of all images
record Planes(int count, PoolAxis rows, PoolAxis columns) {
  /// @throws MerapiException of kind `UNSUPPORTED_OP` for no spatial axis or more than two
  static Planes of(WindowGeometry geometry, TensorType operand) {
    Shape shape = operand.shape();
    int count = PoolAxis.size("planes", shape.size(0) * shape.size(1));
    return switch (geometry.rank()) {
      case 1 -> new Planes(count, PoolAxis.NONE, PoolAxis.of(geometry, 0, shape.size(2)));
      case 2 ->
          new Planes(
              count,
              PoolAxis.of(geometry, 0, shape.size(2)),
              PoolAxis.of(geometry, 1, shape.size(3)));
      default ->
          throw MerapiException.of(Kind.UNSUPPORTED_OP, "pooling: needs one or two spatial axes")
              .with("operand", operand)
              .with("kernel", geometry.kernel())
              .hint("pool two axes, reshape, and pool the others");
    };
  }

  /// Elements of a window.
  long taps() {
    return (long) rows.taps() * columns.taps();
  }

  /// How many elements the windows of so many planes have, those in the padding too.
  double reads(int planes) {
    return (double) planes * rows.positions() * columns.positions() * taps();
  }

  /// Bytes of a line of the operand.
  long lineBytes() {
    return (long) columns.size() * Float.BYTES;
  }

  /// Bytes of a line of the result.
  long pooledLineBytes() {
    return (long) columns.positions() * Float.BYTES;
  }

  /// Bytes of a plane of the operand.
  long bytes() {
    return rows.size() * lineBytes();
  }

  /// Bytes of a plane of the result.
  long pooledBytes() {
    return rows.positions() * pooledLineBytes();
  }

  /// Bytes from the start of an operand's plane to tap (0, 0) of a position.
  long offset(int row, int column) {
    return rows.place(row) * lineBytes() + (long) columns.place(column) * Float.BYTES;
  }

  /// Bytes from the start of a result's plane to a position.
  long pooledOffset(int row, int column) {
    return row * pooledLineBytes() + (long) column * Float.BYTES;
  }

  /// Bytes from one row of taps to the next.
  long tapRowBytes() {
    return rows.dilation() * lineBytes();
  }

  /// Bytes from one tap of a row to the next.
  long tapBytes() {
    return (long) columns.dilation() * Float.BYTES;
  }

  /// The positions whose windows lie inside.
  Interior interior() {
    return new Interior(rows.inner(), rows.innerEnd(), columns.inner(), columns.innerEnd());
  }

  /// A rectangle of positions, the ends exclusive.
  record Interior(int row, int endRow, int column, int endColumn) {
    static final Interior NONE = new Interior(0, 0, 0, 0);

    int lines() {
      return endRow - row;
    }

    int columns() {
      return endColumn - column;
    }
  }
}
