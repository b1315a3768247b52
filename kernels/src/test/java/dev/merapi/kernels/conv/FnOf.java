package dev.merapi.kernels.conv;

import dev.merapi.graph.ScalarFn;
import dev.merapi.kernels.emit.LaneCode;
import dev.merapi.kernels.emit.Listing;
import dev.merapi.kernels.emit.Locals;
import dev.merapi.kernels.emit.ScalarCode;
import dev.merapi.kernels.gemm.Epilogue;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.product.TileEpilogue;
import java.util.List;

/// A scalar function as an epilogue: the sum is argument 0, the operands follow.
record FnOf(ScalarFn fn, List<Operand> operands) implements Epilogue {
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

  /// The same for a routine.
  TileEpilogue written() {
    return new TileEpilogue(fn, operands.stream().map(FnOf::written).toList());
  }

  private static TileEpilogue.Operand written(Operand operand) {
    TileEpilogue.Span span = TileEpilogue.Span.valueOf(operand.span().name());
    return new TileEpilogue.Operand(span, MemoryType.F32);
  }
}
