package dev.merapi.train;

import dev.merapi.Tensor;
import dev.merapi.graph.TensorType;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// A loss whose positions are put together in another way; see [Loss#reduction(Reduction)].
record ReducedLoss(Loss loss, Reduction reduction) implements Loss {
  @Override
  public TensorType target(TensorType output) {
    return loss.target(output);
  }

  @Override
  public LossTerms terms(Tensor output, Tensor target) {
    return loss.terms(output, target);
  }

  @Override
  public Loss reduction(Reduction another) {
    return new ReducedLoss(loss, another);
  }

  @Override
  public OutputKind takes() {
    return loss.takes();
  }

  @Override
  public OptionalLong classes(TensorType output) {
    return loss.classes(output);
  }

  @Override
  public double boundary() {
    return loss.boundary();
  }

  @Override
  public OptionalInt ignored() {
    return loss.ignored();
  }

  @Override
  public String toString() {
    return loss + ".reduction(" + reduction + ")";
  }
}
