package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Mask;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.ScalarLanes;
import dev.merapi.kernels.ir.build.Vec;
import dev.merapi.kernels.product.TileEpilogue.Operand;
import java.util.ArrayList;
import java.util.List;

/// Applies an epilogue to the vectors of some columns, row by row.
final class EpilogueCode {
  /// Gives the operand in a row, counted from the first.
  private interface Reader {
    Vec read(int row);
  }

  private final TileEpilogue epilogue;
  private final ScalarLanes scalars;
  private final List<Reader> readers = new ArrayList<>();

  /// @param block the [Arguments]
  /// @param row the first one
  /// @param column of the first lane
  /// @param mask columns that exist
  EpilogueCode(RoutineBuilder r, TileEpilogue epilogue, Ptr block, Int row, Int column, Mask mask) {
    this.epilogue = epilogue;
    this.scalars = new ScalarLanes(r, mask.count());
    for (int i = 0; i < epilogue.operands().size(); i++) {
      readers.add(reader(block, i, row, column, mask));
    }
  }

  private Reader reader(Ptr block, int index, Int row, Int column, Mask mask) {
    Operand operand = epilogue.operands().get(index);
    int bytes = operand.element().bytes();
    int lanes = mask.count();
    Ptr address = Arguments.operand(block, index);
    return switch (operand.span()) {
      case ROWS -> {
        Ptr first = address.plus(row, bytes);
        yield i -> first.at((long) i * bytes).loadSplat(operand.element(), lanes);
      }
      case COLUMNS -> {
        Vec all = address.at(column, bytes).load(operand.element(), lanes, mask);
        yield _ -> all;
      }
      case MATRIX -> {
        Int stride = Arguments.operandRows(block, index);
        Ptr first = address.plus(row.times(stride)).plus(column, bytes);
        yield i -> first.plus(stride.times(i)).here().load(operand.element(), lanes, mask);
      }
    };
  }

  /// The result for a sum in a row, counted from the first.
  Vec apply(int row, Vec sum) {
    Vec[] arguments = new Vec[readers.size() + 1];
    arguments[0] = sum;
    for (int i = 0; i < readers.size(); i++) {
      arguments[i + 1] = readers.get(i).read(row);
    }
    return scalars.floats(epilogue.fn(), arguments);
  }
}
