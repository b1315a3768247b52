package dev.merapi.kernels.gemm;

import dev.merapi.kernels.emit.Element;
import dev.merapi.kernels.emit.LaneCode;
import java.util.List;

/// What happens to an element of the result after its sum is complete. An implementation is a
/// value: equal ones emit equal code, because kernels are shared by it.
public interface Epilogue {
  /// The operands beside the sum, in the order of their places in the [TileArguments].
  List<Operand> operands();

  /// Emits the code that replaces the sum on the operand stack by the result.
  void emit(LaneCode code, Place place);

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
    MATRIX
  }

  /// The place in the result that code is being emitted for.
  interface Place {
    /// Emits code that pushes the operand's value at this place.
    void load(int operand);
  }

  /// The result is the sum itself.
  record None() implements Epilogue {
    @Override
    public List<Operand> operands() {
      return List.of();
    }

    @Override
    public void emit(LaneCode code, Place place) {}
  }
}
