package dev.merapi.graph;

/// What an operation sees when it is differentiated: its operands, results and the gradients of the
/// results (the "vector" of the vector-Jacobian product).
public interface Vjp {
  /// Where the gradient's nodes are added.
  GraphBuilder builder();

  /// The operand of that index.
  Value operand(int index);

  /// The number of operands.
  int operandCount();

  /// The result of that index.
  Value result(int index);

  /// The gradient of the result of that index, of the same type; zeros if nothing depends on it.
  Value gradient(int index);

  /// The gradient of the first result.
  default Value gradient() {
    return gradient(0);
  }

  /// Whether somebody needs the gradient of that operand.
  boolean needs(int operand);

  /// Adds a contribution to the gradient of an operand; its type must be the operand's.
  void give(int operand, Value gradient);

  /// The partial derivative of a scalar function by one of its arguments: an expression over the
  /// arguments, and the function's value as one argument more.
  ScalarFn partial(ScalarFn fn, int argument);
}
