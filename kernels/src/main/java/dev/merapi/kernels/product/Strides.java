package dev.merapi.kernels.product;

/// Where the elements of a matrix lie: element `(i, j)` at `address + (i * row + j * column) * 4`.
///
/// @param row distance of neighbouring rows, in elements
/// @param column distance of neighbouring columns, in elements
public record Strides(long row, long column) {
  /// A matrix in row-major order without gaps.
  public static Strides rowMajor(long columns) {
    return new Strides(columns, 1);
  }

  /// The transpose of a row-major matrix: what is a column here, is a row there.
  public static Strides columnMajor(long rows) {
    return new Strides(1, rows);
  }

  Strides transposed() {
    return new Strides(column, row);
  }
}
