package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.DType;
import dev.merapi.graph.TensorType;
import java.util.function.BinaryOperator;

/// The mean over all elements of what an output and a target of its type have between them.
///
/// @param each the loss of each element
/// @param boundary see [Loss#boundary()]
record ElementLoss(String name, BinaryOperator<Tensor> each, double boundary) implements Loss {
  /// A loss of outputs that are probabilities, if they say yes or no.
  ElementLoss(String name, BinaryOperator<Tensor> each) {
    this(name, each, 0.5);
  }

  @Override
  public TensorType target(TensorType output) {
    return alike(name, output);
  }

  /// The output's type, if it is of floats.
  static TensorType alike(String loss, TensorType output) {
    if (output.dtype() != DType.F32) {
      throw MerapiException.of(Kind.SHAPE, loss + ": takes f32").with("output", output);
    }
    return output;
  }

  @Override
  public Tensor of(Tensor output, Tensor target) {
    return each.apply(output, target).mean();
  }

  @Override
  public String toString() {
    return name;
  }
}
