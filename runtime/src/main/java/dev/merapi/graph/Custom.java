package dev.merapi.graph;

import java.util.List;

/// An operation defined by the user: brings its types, its reference and its gradient.
///
/// Backends that have no kernel of their own for it run the reference.
public non-sealed interface Custom extends Op {
  /// Computes the results.
  ///
  /// @param operands the elements of each operand, row-major
  /// @param operandTypes the types of the operands, all sizes constant
  /// @return the elements of each result, row-major
  List<double[]> evaluate(List<double[]> operands, List<TensorType> operandTypes);
}
