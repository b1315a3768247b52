package dev.merapi.train;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.DType;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.View;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// What a loss comes to at each position of a batch, `f32[N, ...]`, and how much each position
/// counts. Means are taken at the end, of all batches together: `sum of values / sum of weights`.
///
/// @param values the losses, each already times its weight, and 0 where a position does not count:
///   PyTorch's `reduction='none'`
/// @param weights of the same sizes; each is 1 if there are none
public record LossTerms(Tensor values, Optional<Tensor> weights) {
  /// @throws MerapiException of kind `SHAPE` unless both are `f32` of the same sizes
  public LossTerms {
    for (Tensor each : weights.map(w -> List.of(values, w)).orElse(List.of(values))) {
      if (each.dtype() != DType.F32 || !each.shape().equals(values.shape())) {
        throw MerapiException.of(Kind.SHAPE, "loss: values and weights are f32 of the same sizes")
            .with("values", values.type())
            .with("weights", weights.map(Tensor::type));
      }
    }
  }

  /// Positions that count alike.
  public static LossTerms of(Tensor values) {
    return new LossTerms(values, Optional.empty());
  }

  /// Positions that count differently.
  public static LossTerms of(Tensor values, Tensor weights) {
    return new LossTerms(values, Optional.of(weights));
  }

  /// With other values, each worked out from its own; weights stay.
  public LossTerms map(UnaryOperator<Tensor> change) {
    return new LossTerms(change.apply(values), weights);
  }

  /// With every position of a row counting that many times as much.
  ///
  /// @param rows `f32[N]`, one weight a row
  /// @throws MerapiException of kind `SHAPE` if the values have other rows
  public LossTerms weighted(Tensor rows) {
    if (values.rank() == 0 || !rows.shape().equals(new Shape(List.of(values.size(0))))) {
      throw MerapiException.of(Kind.SHAPE, "loss: there is not one weight for each row")
          .with("values", values.type())
          .with("weights", rows.type());
    }
    Tensor each =
        values.rank() == 1
            ? rows
            : Tensor.build(
                (builder, operands) ->
                    builder.add(new View.Broadcast(values.shape(), List.of(0)), operands).result(),
                rows);
    return of(values.times(each), weights.map(own -> own.times(each)).orElse(each));
  }

  /// The sum of the values, `f32[]`.
  public Tensor sum() {
    return values.sum();
  }

  /// The sum of the weights, `f32[]`: the number of positions where all count alike.
  public Tensor weight() {
    return weights.orElseGet(() -> Tensor.full(new TensorType(DType.F32, values.shape()), 1)).sum();
  }

  /// The mean, `f32[]`. Where nothing counts it is NaN with a gradient of zeros, as in PyTorch.
  public Tensor mean() {
    return weights.isEmpty() ? values.mean() : quotient(sum(), weight());
  }

  private static Tensor quotient(Tensor sum, Tensor weight) {
    Tensor none = weight.equalTo(Tensor.scalar(0));
    Tensor mean = sum.over(Tensor.where(none, Tensor.scalar(1), weight));
    return Tensor.where(none, Tensor.scalar(Double.NaN), mean);
  }
}
