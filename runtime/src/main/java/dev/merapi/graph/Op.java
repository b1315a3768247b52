package dev.merapi.graph;

import java.util.List;
import java.util.Map;

/// What a node does: one record for each operation, in sealed families.
///
/// Records hold attributes only; operands are the node's. A `switch` over the families and their
/// records, without `default`, is how passes and backends list what they handle.
public sealed interface Op permits Source, MapOp, View, Reduce, Contract, Index, Custom {
  /// The types of the results for these operand types.
  ///
  /// @throws dev.merapi.MerapiException of kind `SHAPE` if the operands do not fit
  List<TensorType> infer(List<TensorType> operands);

  /// Adds to the graph what computes the gradients of the operands and hands them to the context.
  ///
  /// @throws dev.merapi.MerapiException of kind `UNSUPPORTED_OP` if there is no gradient
  void vjp(Vjp context);

  /// This operation with symbolic sizes in its attributes replaced by numbers.
  default Op bind(Map<String, Long> sizes) {
    return this;
  }

  /// The name in the text form and in messages, such as `conv.forward`.
  String name();
}
