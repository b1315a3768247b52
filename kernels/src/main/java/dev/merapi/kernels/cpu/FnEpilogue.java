package dev.merapi.kernels.cpu;

import dev.merapi.graph.ScalarFn;
import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Listing;
import dev.merapi.kernels.emit.Locals;
import dev.merapi.kernels.emit.ScalarCode;
import dev.merapi.kernels.gemm.Epilogue;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.product.TileEpilogue;
import dev.merapi.spi.Matrix;
import java.util.List;

/// A fused epilogue: a scalar function of the sum (argument 0) and of operands in memory.
record FnEpilogue(ScalarFn fn, List<Operand> operands) implements Epilogue {
  /// The kernels' form of an epilogue.
  static Epilogue of(dev.merapi.spi.Epilogue epilogue) {
    if (epilogue.equals(dev.merapi.spi.Epilogue.NONE)) {
      return Epilogue.NONE;
    }
    var operands =
        epilogue.operands().stream().map(matrix -> new Operand(span(matrix), Element.F32)).toList();
    return new FnEpilogue(epilogue.fn(), operands);
  }

  /// The same for products as machine code.
  static TileEpilogue ofTiles(dev.merapi.spi.Epilogue epilogue) {
    var operands =
        epilogue.operands().stream()
            .map(matrix -> new TileEpilogue.Operand(tileSpan(matrix), MemoryType.F32))
            .toList();
    return TileEpilogue.of(epilogue.fn(), operands);
  }

  private static TileEpilogue.Span tileSpan(Matrix matrix) {
    return switch (span(matrix)) {
      case ROWS -> TileEpilogue.Span.ROWS;
      case COLUMNS -> TileEpilogue.Span.COLUMNS;
      case MATRIX -> TileEpilogue.Span.MATRIX;
    };
  }

  private static Span span(Matrix matrix) {
    if (matrix.colStride() == 0) {
      return Span.ROWS;
    }
    return matrix.rowStride() == 0 ? Span.COLUMNS : Span.MATRIX;
  }

  @Override
  public void emit(LaneCode code, Place place) {
    var scalars = new ScalarCode(code, new Locals(code.code()));
    scalars.expression(
        fn,
        argument -> {
          if (argument > 0) { // the sum lies on the stack already
            place.load(argument - 1);
          }
        });
  }

  @Override
  public int operations() {
    return Listing.of(fn).body().size();
  }
}
