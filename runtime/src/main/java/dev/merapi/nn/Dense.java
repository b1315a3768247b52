package dev.merapi.nn;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.Contract.Dot;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Shape;
import java.util.List;
import java.util.Optional;

/// A fully connected layer: `f32[..., in] -> f32[..., out]`, `x * weight^T + bias`.
///
/// Parameters: `weight` `[out, in]` and `bias` `[out]`, both `U(-1 / sqrt(in), 1 / sqrt(in))`
/// unless told otherwise.
public final class Dense extends Module {
  private final long in;
  private final long out;
  private final Initializer initializer;
  private final Parameter weight;
  private final Optional<Parameter> bias;

  private Dense(long in, long out, Initializer weights, Optional<Initializer> biases) {
    if (in < 0 || out < 1) {
      throw MerapiException.of(Kind.ARGUMENT, "dense: sizes out of range")
          .with("in", in)
          .with("out", out);
    }
    this.in = in;
    this.out = out;
    initializer = weights;
    weight = parameter("weight", Shape.of(out, in), weights);
    bias = biases.map(each -> parameter("bias", Shape.of(out), each));
  }

  /// A layer of that many inputs and outputs, with a bias.
  public static Dense of(long in, long out) {
    Initializer byFanIn = Initializers.byFanIn(in);
    return new Dense(in, out, byFanIn, Optional.of(byFanIn));
  }

  /// This layer without its bias.
  public Dense withoutBias() {
    return new Dense(in, out, initializer, Optional.empty());
  }

  /// This layer with other first weights.
  public Dense weights(Initializer first) {
    return new Dense(in, out, first, bias.map(Parameter::initializer));
  }

  /// This layer with other first biases.
  public Dense biases(Initializer first) {
    return new Dense(in, out, initializer, Optional.of(first));
  }

  @Override
  protected String settings() {
    return in + ", " + out + (bias.isPresent() ? "" : ", bias=false");
  }

  @Override
  protected Tensor forward(Tensor x) {
    if (x.rank() == 0 || !x.size(-1).equals(Dim.of(in))) {
      throw MerapiException.of(Kind.SHAPE, "dense: the last axis must have the layer's inputs")
          .with("operand", x.type())
          .with("inputs", in)
          .hint("flatten() joins the axes behind the first");
    }
    var dot = new Dot(List.of(), List.of(), List.of(x.rank() - 1), List.of(1));
    Tensor product =
        Tensor.build((builder, xs) -> builder.dot(dot, xs.get(0), xs.get(1)), x, weight.tensor());
    return bias.map(each -> product.plus(each.tensor())).orElse(product);
  }
}
