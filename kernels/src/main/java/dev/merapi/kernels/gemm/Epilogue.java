package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.LaneCode;
import java.util.List;

/// What happens to an element of the result after its sum is complete. An implementation is a
/// value: equal ones emit equal code, because kernels are shared by it.
public interface Epilogue {
  /// The result is the sum itself.
  Epilogue NONE = new None();

  /// The operands beside the sum, in the order of their places in the [TileArguments].
  List<Operand> operands();

  /// Emits the code that replaces the sum on the operand stack by the result.
  void emit(LaneCode code, Place place);

  /// Whether a result of one column can be computed as one row: no operand is a matrix, whose rows
  /// may lie anywhere.
  default boolean canTranspose() {
    return operands().stream().noneMatch(operand -> operand.span() == Span.MATRIX);
  }

  /// How many vector instructions [#emit] emits, right to a factor of two.
  int operations();

  /// One operand.
  ///
  /// @param span along what it varies
  /// @param element its type
  record Operand(Span span, Element element) {}

  /// Along what an operand varies.
  enum Span {
    /// One element for each row of the result.
    ROWS,
    /// One element for each column of the result.
    COLUMNS,
    /// A matrix as large as the result, with a row stride of its own.
    MATRIX;

    Span transposed() {
      return switch (this) {
        case ROWS -> COLUMNS;
        case COLUMNS -> ROWS;
        case MATRIX -> throw new IllegalStateException("a matrix has no stride between columns");
      };
    }
  }

  /// The place in the result that code is being emitted for.
  interface Place {
    /// Emits code that pushes the operand's value at this place.
    void load(int operand);
  }

  /// See [#NONE].
  record None() implements Epilogue {
    @Override
    public List<Operand> operands() {
      return List.of();
    }

    @Override
    public void emit(LaneCode code, Place place) {}

    @Override
    public int operations() {
      return 0;
    }
  }

  /// The same for a result of one column that is computed as one row.
  record Transposed(Epilogue of) implements Epilogue {
    @Override
    public List<Operand> operands() {
      return of.operands().stream()
          .map(operand -> new Operand(operand.span().transposed(), operand.element()))
          .toList();
    }

    @Override
    public void emit(LaneCode code, Place place) {
      of.emit(code, place);
    }

    @Override
    public int operations() {
      return of.operations();
    }
  }
}
