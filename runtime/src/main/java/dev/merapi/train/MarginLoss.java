package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.TensorType;
import dev.merapi.ops.Compose;
import dev.merapi.ops.Elementwise;
import java.util.OptionalLong;

/// The hinge loss of several classes; see [Losses#multiMargin(double)].
record MarginLoss(double margin) implements Loss {
  MarginLoss {
    Losses.positive("multiMargin", "margin", margin);
  }

  @Override
  public TensorType target(TensorType output) {
    if (output.rank() != 2) {
      throw MerapiException.of(Kind.SHAPE, "multiMargin: takes f32[N,classes]")
          .with("output", output);
    }
    return ClassLoss.labels("multiMargin", output);
  }

  @Override
  public LossTerms terms(Tensor output, Tensor target) {
    long classes = output.size(1).value();
    Tensor right = ClassLoss.chosen(output, target).expand(1);
    Tensor each = output.minus(right).plus(margin).map(Elementwise.RELU);
    Tensor isRight =
        Tensor.build(
            (builder, values) -> Compose.oneHot(builder, values.getFirst(), classes), target);
    return LossTerms.of(each.times(Tensor.scalar(1).minus(isRight)).sum(1).over(classes));
  }

  @Override
  public OutputKind takes() {
    return OutputKind.SCORES;
  }

  @Override
  public OptionalLong classes(TensorType output) {
    return ClassLoss.countOf(output);
  }

  @Override
  public String toString() {
    return "multiMargin(" + margin + ")";
  }
}
