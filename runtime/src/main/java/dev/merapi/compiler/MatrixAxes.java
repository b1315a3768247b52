package dev.merapi.compiler;

import dev.merapi.graph.Contract;
import dev.merapi.graph.Node;
import dev.merapi.graph.Shape;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/// How the axes of a value are seen as a batch of matrices.
record MatrixAxes(List<Integer> batch, List<Integer> rows, List<Integer> columns) {
  /// Strides of a batch of matrices.
  record MatrixStrides(long offset, long batch, long row, long column) {
    private MatrixStrides withoutColumns() {
      return new MatrixStrides(offset, batch, row, 0);
    }
  }

  /// The axes of the result of a product or convolution.
  static MatrixAxes ofResult(Node node) {
    int rank = node.result().type().rank();
    return switch ((Contract) node.op()) {
      case Contract.Dot dot -> {
        int batches = dot.leftBatch().size();
        int rows = node.operands().getFirst().type().rank() - batches - dot.leftContract().size();
        yield split(batches, batches + rows, rank);
      }
      case Contract.Conv _ -> split(1, 2, rank);
    };
  }

  private static MatrixAxes split(int rows, int columns, int rank) {
    return new MatrixAxes(range(0, rows), range(rows, columns), range(columns, rank));
  }

  private static List<Integer> range(int start, int end) {
    return IntStream.range(start, end).boxed().toList();
  }

  /// The strides of an operand of an epilogue: those of dense rows, or of one element for each row.
  /// Nothing if it lies otherwise.
  ///
  /// A single column has no stride of its own, so that it is one element for each row: these must
  /// be neighbours, because kernels compute such a column as one row.
  Optional<MatrixStrides> epilogue(Strided places, Shape shape) {
    boolean oneColumn = columns.stream().allMatch(axis -> shape.size(axis) == 1);
    return matrix(places, shape)
        .map(each -> oneColumn && each.row != 0 ? each.withoutColumns() : each)
        .filter(each -> each.column == 1 || (each.column == 0 && each.row == 1));
  }

  /// The strides of a value of this shape, if each group of axes can be walked as one.
  Optional<MatrixStrides> matrix(Strided places, Shape shape) {
    OptionalLong batchStride = places.collapse(batch, shape);
    OptionalLong rowStride = places.collapse(rows, shape);
    OptionalLong columnStride = places.collapse(columns, shape);
    return batchStride.isPresent() && rowStride.isPresent() && columnStride.isPresent()
        ? Optional.of(
            new MatrixStrides(
                places.offset(),
                batchStride.getAsLong(),
                rowStride.getAsLong(),
                columnStride.getAsLong()))
        : Optional.empty();
  }
}
