package dev.merapi.spi;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import java.util.List;

/// What is applied to each element of a product before it is stored: bias, activation, residual.
///
/// @param fn argument 0 is the element, argument `i + 1` the element of operand `i`
/// @param operands addressed by the result's batch, row and column; either their rows are dense
///   (column stride 1; a row stride of 0 repeats one row) or they have one element for each row
///   (row stride 1, column stride 0), as they always have where the result has one column, unless
///   one element is repeated
public record Epilogue(ScalarFn fn, List<Matrix> operands) {
  /// Stores the element as it is.
  public static final Epilogue NONE = new Epilogue(ScalarFn.arg(0), List.of());

  /// @throws IllegalArgumentException if the result is no `f32`, as elements of products are
  public Epilogue {
    if (fn.type() != DType.F32) {
      throw new IllegalArgumentException("epilogue: no f32: type=" + fn.type());
    }
    operands = List.copyOf(operands);
  }
}
