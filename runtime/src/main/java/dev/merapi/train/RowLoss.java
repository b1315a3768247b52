package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.TensorType;
import java.util.function.BinaryOperator;

/// What an output and a target of its type, `f32[N, ...]`, have between them, row by row.
///
/// @param each the loss of each row, `f32[N]`
record RowLoss(String name, BinaryOperator<Tensor> each) implements Loss {
  @Override
  public TensorType target(TensorType output) {
    if (output.rank() < 2) {
      throw MerapiException.of(Kind.SHAPE, name + ": takes f32[N,...]").with("output", output);
    }
    return ElementLoss.alike(name, output);
  }

  @Override
  public LossTerms terms(Tensor output, Tensor target) {
    return LossTerms.of(each.apply(output, target));
  }

  @Override
  public String toString() {
    return name;
  }
}
