package dev.merapi.nn;

import dev.merapi.Tensor;
import java.util.function.UnaryOperator;

/// A layer without parameters, made of a function.
final class Lambda extends Module {
  private final String kind;
  private final UnaryOperator<Tensor> function;

  Lambda(String kind, UnaryOperator<Tensor> function) {
    this.kind = kind;
    this.function = function;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return function.apply(x);
  }

  @Override
  public String kind() {
    return kind;
  }
}
