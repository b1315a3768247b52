package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.DType;
import dev.merapi.graph.TensorType;
import java.util.function.BinaryOperator;

/// What an output and a target of its type have between them, element by element.
///
/// @param each the loss of each element
/// @param boundary see [Loss#boundary()]
/// @param takes see [Loss#takes()]
record ElementLoss(String name, BinaryOperator<Tensor> each, double boundary, OutputKind takes)
    implements Loss {
  /// A loss of outputs that are probabilities, if they say yes or no.
  ElementLoss(String name, BinaryOperator<Tensor> each) {
    this(name, each, 0.5, OutputKind.ANY);
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
  public LossTerms terms(Tensor output, Tensor target) {
    return LossTerms.of(each.apply(output, target));
  }

  @Override
  public String toString() {
    return name;
  }
}
