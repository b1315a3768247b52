package dev.merapi.nn;

import static dev.merapi.graph.ScalarFn.arg;
import static dev.merapi.graph.ScalarFn.f32;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.Dim;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Shape;
import java.util.List;

/// A leaky relu whose slope is learned (He et al., arXiv:1502.01852): `x` if positive, else `weight
/// * x`.
///
/// Parameter: `weight` `[1]`, or one for each channel of `f32[N, C, ...]`; 0.25 at first.
public final class PRelu extends Module {
  private static final ScalarFn BODY = f32(0).lessThan(arg(0)).select(arg(0), arg(0).times(arg(1)));

  private final long channels;
  private final Parameter weight;

  private PRelu(long channels) {
    if (channels < 1) {
      throw MerapiException.of(Kind.ARGUMENT, "prelu: needs a slope").with("channels", channels);
    }
    this.channels = channels;
    weight = parameter("weight", Shape.of(channels), Initializers.constant(0.25));
  }

  /// One slope for each channel; with one channel, the same for all elements.
  public static PRelu of(long channels) {
    return new PRelu(channels);
  }

  @Override
  protected String settings() {
    return Long.toString(channels);
  }

  @Override
  protected Tensor forward(Tensor x) {
    Tensor slope = weight.tensor();
    if (channels > 1) {
      if (x.rank() < 2 || !x.size(1).equals(Dim.of(channels))) {
        throw MerapiException.of(Kind.SHAPE, "prelu: axis 1 must have the layer's channels")
            .with("operand", x.type())
            .with("channels", channels);
      }
      slope = Spread.over(x, slope, List.of(1));
    }
    return Tensor.build((builder, operands) -> builder.map(BODY, operands), x, slope);
  }
}
