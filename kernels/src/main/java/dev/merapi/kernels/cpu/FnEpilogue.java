package dev.merapi.kernels.cpu;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.kernels.product.TileEpilogue.Operand;
import dev.merapi.kernels.product.TileEpilogue.Span;
import dev.merapi.spi.Epilogue;
import dev.merapi.spi.Matrix;

/// Fused epilogues in the form of the products.
final class FnEpilogue {
  private FnEpilogue() {}

  static TileEpilogue of(Epilogue epilogue) {
    var operands =
        epilogue.operands().stream()
            .map(matrix -> new Operand(span(matrix), MemoryType.F32))
            .toList();
    return TileEpilogue.of(epilogue.fn(), operands);
  }

  private static Span span(Matrix matrix) {
    if (matrix.colStride() == 0) {
      return Span.ROWS;
    }
    return matrix.rowStride() == 0 ? Span.COLUMNS : Span.MATRIX;
  }
}
