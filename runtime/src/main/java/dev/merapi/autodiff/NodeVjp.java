package dev.merapi.autodiff;

import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Node;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Value;
import dev.merapi.graph.Vjp;

/// What one node's operation sees of the pass.
record NodeVjp(Differentiate pass, Node node) implements Vjp {
  @Override
  public GraphBuilder builder() {
    return pass.builder();
  }

  @Override
  public Value operand(int index) {
    return node.operands().get(index);
  }

  @Override
  public int operandCount() {
    return node.operands().size();
  }

  @Override
  public Value result(int index) {
    return node.results().get(index);
  }

  @Override
  public Value gradient(int index) {
    return pass.gradientOf(result(index));
  }

  @Override
  public boolean needs(int operand) {
    return pass.isActive(operand(operand));
  }

  @Override
  public void give(int operand, Value gradient) {
    pass.contribute(operand(operand), gradient);
  }

  @Override
  public ScalarFn partial(ScalarFn fn, int argument) {
    return pass.given().of(fn, argument).orElseGet(() -> ScalarDerivative.of(fn, argument));
  }
}
