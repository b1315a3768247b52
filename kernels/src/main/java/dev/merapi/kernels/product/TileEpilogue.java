package dev.merapi.kernels.product;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.math.Expansions;
import java.util.List;

/// What becomes of an element of the result when its sum is complete.
///
/// @param fn of the sum (argument 0) and the operands (1 and up), in basic primitives
/// @param operands what lies in memory
public record TileEpilogue(ScalarFn fn, List<Operand> operands) {
  /// The result is the sum itself.
  public static final TileEpilogue NONE = new TileEpilogue(ScalarFn.arg(0), List.of());

  /// Most computations that are repeated for every vector of a tile.
  private static final int MOST_IN_REGISTERS = 8;

  /// @throws IllegalArgumentException if the result is no `f32`, as elements of products are
  public TileEpilogue {
    if (fn.type() != DType.F32) {
      throw new IllegalArgumentException("epilogue: no f32: type=" + fn.type());
    }
    operands = List.copyOf(operands);
  }

  /// The same with all primitives expanded.
  public static TileEpilogue of(ScalarFn fn, List<Operand> operands) {
    return new TileEpilogue(Expansions.expand(fn), operands);
  }

  /// One operand.
  ///
  /// @param span along what it varies
  /// @param element its type in memory, one that loads as `f32`
  public record Operand(Span span, MemoryType element) {}

  /// Along what an operand varies.
  public enum Span {
    /// One element for each row of the result.
    ROWS,
    /// One element for each column of the result.
    COLUMNS,
    /// A matrix as large as the result, with a row stride of its own.
    MATRIX;

    private Span transposed() {
      return switch (this) {
        case ROWS -> COLUMNS;
        case COLUMNS -> ROWS;
        case MATRIX -> throw new IllegalStateException("a matrix has no stride between columns");
      };
    }
  }

  /// Whether a result of one column can be computed as one row: no operand is a matrix, whose rows
  /// may lie anywhere.
  boolean canTranspose() {
    return operands.stream().noneMatch(operand -> operand.span() == Span.MATRIX);
  }

  /// The same for a result of one column that is computed as one row.
  ///
  /// @throws IllegalStateException unless [#canTranspose]
  TileEpilogue transposed() {
    return new TileEpilogue(
        fn,
        operands.stream()
            .map(operand -> new Operand(operand.span().transposed(), operand.element()))
            .toList());
  }

  boolean isNone() {
    return fn instanceof ScalarFn.Arg;
  }

  /// Whether it is applied to sums in registers. A longer one would be repeated for all vectors of
  /// a tile, so it has a loop over the rows of the result, which are in the first level of cache
  /// then.
  boolean isInRegisters() {
    return isNone() || computations() <= MOST_IN_REGISTERS;
  }

  /// Computations for each element.
  public long computations() {
    return fn.parts().stream().filter(ScalarFn.Apply.class::isInstance).count();
  }
}
