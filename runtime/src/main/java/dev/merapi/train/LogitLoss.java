package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.ops.Elementwise;
import java.util.Arrays;
import java.util.List;

/// Binary cross-entropy of the sigmoid of the outputs; see [Losses#bceWithLogits()].
///
/// @param positiveWeights what the loss of a yes is multiplied by: one for each label along the
///   last axis, one for all, or none
public record LogitLoss(List<Double> positiveWeights) implements Loss {
  public LogitLoss {
    positiveWeights = List.copyOf(positiveWeights);
    positiveWeights.forEach(each -> Losses.positive("bceWithLogits", "positiveWeight", each));
  }

  static LogitLoss of() {
    return new LogitLoss(List.of());
  }

  /// With the loss of a yes multiplied by a number: one for each label along the last axis, or one
  /// for all. A number above 1 makes up for a yes that is rare.
  public LogitLoss positiveWeights(double... weights) {
    return new LogitLoss(Arrays.stream(weights).boxed().toList());
  }

  @Override
  public TensorType target(TensorType output) {
    int count = positiveWeights.size();
    boolean fits =
        count <= 1
            || (output.rank() > 0 && output.shape().dim(output.rank() - 1).equals(Dim.of(count)));
    if (!fits) {
      throw MerapiException.of(Kind.SHAPE, "bceWithLogits: number of weights differs from labels")
          .with("output", output)
          .with("weights", positiveWeights);
    }
    return ElementLoss.alike("bceWithLogits", output);
  }

  @Override
  public LossTerms terms(Tensor output, Tensor target) {
    if (positiveWeights.isEmpty()) {
      return LossTerms.of(output.map(Elementwise.BINARY_CROSS_ENTROPY_WITH_LOGITS, target));
    }
    // (1 - y) x + (1 + (weight - 1) y) softplus(-x)
    Tensor scale = target.times(weights().minus(1)).plus(1);
    Tensor no = Tensor.scalar(1).minus(target).times(output);
    return LossTerms.of(no.plus(scale.times(output.negate().map(Elementwise.SOFTPLUS))));
  }

  @Override
  public OutputKind takes() {
    return OutputKind.LOGITS;
  }

  @Override
  public double boundary() {
    return 0;
  }

  @Override
  public String toString() {
    return "bceWithLogits"
        + (positiveWeights.isEmpty() ? "" : ".positiveWeights" + positiveWeights);
  }

  private Tensor weights() {
    return positiveWeights.size() == 1
        ? Tensor.scalar(positiveWeights.getFirst())
        : Tensor.of(Shape.of(positiveWeights.size()), ClassLoss.floats(positiveWeights));
  }
}
