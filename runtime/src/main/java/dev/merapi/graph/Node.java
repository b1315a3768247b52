package dev.merapi.graph;

import java.util.List;

/// One operation applied to values.
///
/// @param path the place in the user's model, such as `net.conv1`; empty if there is none
public record Node(Op op, List<Value> operands, List<Value> results, String path) {
  public Node {
    operands = List.copyOf(operands);
    results = List.copyOf(results);
  }

  /// Results are defined once in a graph, so that they tell its nodes apart.
  @Override
  public int hashCode() {
    return results.hashCode();
  }

  /// The only result.
  public Value result() {
    return results.getFirst();
  }

  /// The types of the operands.
  public List<TensorType> operandTypes() {
    return Each.map(operands, Value::type);
  }
}
