package dev.merapi.nn;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.Contract.Conv;
import dev.merapi.graph.Contract.Role;
import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Shape;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A convolution of images: `f32[N, in, H, W] -> f32[N, out, H', W']`, where `H' = floor((H + 2 *
/// padding - dilation * (kernel - 1) - 1) / stride) + 1`.
///
/// Parameters: `weight` `[out, in / groups, kernelH, kernelW]` and `bias` `[out]`, both `U(-1 /
/// sqrt(fanIn), 1 / sqrt(fanIn))` unless told otherwise. The options give changed copies:
/// `conv2d(3, 64, 7).stride(2).padding(3).withoutBias()`.
public final class Conv2d extends Module {
  /// Everything that can be chosen. It is changed only before a layer has it.
  private static final class Options {
    private static final List<Long> ONES = List.of(1L, 1L);

    private final long in;
    private final long out;
    private SlidingWindow window;
    private long groups = 1;
    private Optional<Initializer> weights = Optional.empty();
    private Optional<Initializer> biases = Optional.empty();
    private boolean biased = true;

    Options(long in, long out, List<Long> kernel) {
      this.in = in;
      this.out = out;
      window = SlidingWindow.of(kernel, ONES);
    }

    Options(Options other) {
      this(other.in, other.out, other.window.kernel());
      window = other.window;
      groups = other.groups;
      weights = other.weights;
      biases = other.biases;
      biased = other.biased;
    }

    long fanIn() {
      return in / groups * window.kernel().get(0) * window.kernel().get(1);
    }

    /// All that is not as [Conv2d#of] makes it.
    @Override
    public String toString() {
      var text = new StringBuilder(in + ", " + out + ", kernel=" + window.kernel());
      text.append(window.strides().equals(ONES) ? "" : ", stride=" + window.strides());
      text.append(window.pads().equals(SlidingWindow.NONE) ? "" : ", padding=" + window.pads());
      text.append(window.dilations().equals(ONES) ? "" : ", dilation=" + window.dilations());
      text.append(groups == 1 ? "" : ", groups=" + groups);
      return text.append(biased ? "" : ", bias=false").toString();
    }
  }

  private final Options options;
  private final Parameter weight;
  private final Optional<Parameter> bias;

  private Conv2d(Options options) {
    this.options = options;
    boolean fits =
        options.groups >= 1
            && options.in >= 1
            && options.out >= 1
            && options.in % options.groups == 0
            && options.out % options.groups == 0;
    if (!fits) {
      throw MerapiException.of(Kind.ARGUMENT, "conv2d: channels must be multiples of the groups")
          .with("in", options.in)
          .with("out", options.out)
          .with("groups", options.groups);
    }
    Initializer byFanIn = Initializers.byFanIn(options.fanIn());
    var shape =
        Shape.of(
            options.out,
            options.in / options.groups,
            options.window.kernel().get(0),
            options.window.kernel().get(1));
    weight = parameter("weight", shape, options.weights.orElse(byFanIn));
    bias =
        options.biased
            ? Optional.of(parameter("bias", Shape.of(options.out), options.biases.orElse(byFanIn)))
            : Optional.empty();
  }

  /// A layer of that many channels and a square kernel, stride 1, no padding, with a bias.
  public static Conv2d of(long in, long out, long kernel) {
    return of(in, out, kernel, kernel);
  }

  /// A layer of that many channels and a kernel of that height and width.
  public static Conv2d of(long in, long out, long height, long width) {
    return new Conv2d(new Options(in, out, List.of(height, width)));
  }

  private Conv2d with(Consumer<Options> change) {
    Options changed = new Options(options);
    change.accept(changed);
    return new Conv2d(changed);
  }

  /// The distance of neighbouring positions, along both axes.
  public Conv2d stride(long stride) {
    return stride(stride, stride);
  }

  /// The distance of neighbouring positions, along each axis.
  public Conv2d stride(long vertical, long horizontal) {
    return with(each -> each.window = each.window.strides(vertical, horizontal));
  }

  /// Zeros added on every side.
  public Conv2d padding(long padding) {
    return padding(padding, padding);
  }

  /// Zeros added above and below, and on the left and the right.
  public Conv2d padding(long vertical, long horizontal) {
    return padding(vertical, vertical, horizontal, horizontal);
  }

  /// Zeros added on each side.
  public Conv2d padding(long top, long bottom, long left, long right) {
    var pads = new SlidingWindow.Given(List.of(top, left), List.of(bottom, right));
    return with(each -> each.window = each.window.pads(pads));
  }

  /// Zeros that are worked out: `padding(SAME)` keeps height and width where the stride is 1, and
  /// has `ceil(size / stride)` positions elsewhere, as Keras has it.
  public Conv2d padding(Padding which) {
    return with(each -> each.window = each.window.pads(SlidingWindow.of(which)));
  }

  /// The distance of neighbouring kernel elements, along both axes.
  public Conv2d dilation(long dilation) {
    return with(each -> each.window = each.window.dilations(dilation, dilation));
  }

  /// The number of groups that channels are divided into; as many as channels is depthwise.
  public Conv2d groups(long groups) {
    return with(each -> each.groups = groups);
  }

  /// This layer without its bias.
  public Conv2d withoutBias() {
    return with(each -> {
      each.biases = Optional.empty();
      each.biased = false;
    });
  }

  /// This layer with other first weights.
  public Conv2d weights(Initializer first) {
    return with(each -> each.weights = Optional.of(first));
  }

  /// This layer with other first biases.
  public Conv2d biases(Initializer first) {
    return with(each -> {
      each.biases = Optional.of(first);
      each.biased = true;
    });
  }

  @Override
  protected String settings() {
    return options.toString();
  }

  @Override
  protected Tensor forward(Tensor x) {
    if (x.rank() != 4 || !x.size(1).equals(Dim.of(options.in))) {
      throw MerapiException.of(Kind.SHAPE, "conv2d: takes f32[N,channels,height,width]")
          .with("operand", x.type())
          .with("channels", options.in);
    }
    var spatial = x.shape().dims().subList(2, 4);
    var geometry =
        new ConvGeometry(
            options.in, options.out, options.groups, spatial, options.window.over(spatial));
    var conv = new Conv(Role.FORWARD, geometry);
    Tensor y = Tensor.build((builder, xs) -> builder.add(conv, xs).result(), x, weight.tensor());
    return bias.map(each -> y.plus(each.tensor().reshape(options.out, 1, 1))).orElse(y);
  }
}
