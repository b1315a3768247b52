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
    /// Whether it can be an operand of an epilogue: dense rows, or one element for each row.
    boolean fitsEpilogue() {
      return column == 1 || (column == 0 && row == 1);
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
