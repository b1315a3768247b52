package dev.merapi.nn;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Layer normalisation (Ba et al., arXiv:1607.06450): `(x - mean) / sqrt(variance + eps) * weight +
/// bias`, with mean and variance over the last axes of each example.
///
/// Parameters: `weight`, ones, and `bias`, zeros, both of the sizes that are normalised. The
/// options give changed copies: `layerNorm(512).eps(1e-6)`.
public final class LayerNorm extends Module {
  private final Shape sizes;
  private final double eps;
  private final Optional<Affine> affine;

  /// What is learned.
  private record Affine(Parameter weight, Parameter bias) {}

  private LayerNorm(Shape sizes, double eps, boolean learned) {
    if (sizes.rank() == 0 || sizes.elements() == 0 || !(eps >= 0)) {
      throw MerapiException.of(Kind.ARGUMENT, "layerNorm: sizes or eps out of range")
          .with("sizes", sizes)
          .with("eps", eps);
    }
    this.sizes = sizes;
    this.eps = eps;
    affine =
        learned
            ? Optional.of(
                new Affine(
                    parameter("weight", sizes, Initializers.ones()),
                    parameter("bias", sizes, Initializers.zeros())))
            : Optional.empty();
  }

  /// A layer over last axes of these sizes, with eps 1e-5.
  public static LayerNorm of(long... sizes) {
    return new LayerNorm(Shape.of(LongStream.of(sizes).boxed().toArray()), 1e-5, true);
  }

  /// What is added to the variance.
  public LayerNorm eps(double added) {
    return new LayerNorm(sizes, added, affine.isPresent());
  }

  /// This layer without weight and bias.
  public LayerNorm withoutAffine() {
    return new LayerNorm(sizes, eps, false);
  }

  @Override
  protected String settings() {
    return sizes + ", eps=" + eps + (affine.isPresent() ? "" : ", affine=false");
  }

  @Override
  protected Tensor forward(Tensor x) {
    int kept = x.rank() - sizes.rank();
    if (kept < 0 || !x.shape().dims().subList(kept, x.rank()).equals(sizes.dims())) {
      throw MerapiException.of(Kind.SHAPE, "layerNorm: the last axes must have the layer's sizes")
          .with("operand", x.type())
          .with("sizes", sizes);
    }
    int[] last = IntStream.range(kept, x.rank()).toArray();
    List<Integer> first = IntStream.range(0, kept).boxed().toList();
    Tensor centred = x.minus(Spread.over(x, x.mean(last), first));
    Tensor scale = Tensor.scalar(1).over(centred.square().mean(last).plus(eps).sqrt());
    Tensor normal = centred.times(Spread.over(x, scale, first));
    return affine
        .map(each -> normal.times(each.weight.tensor()).plus(each.bias.tensor()))
        .orElse(normal);
  }
}
