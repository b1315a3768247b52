package dev.merapi.bench.fresh;

import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.batchNorm;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.globalAvgPool;

import dev.merapi.Tensor;
import dev.merapi.nn.Conv2d;
import dev.merapi.nn.Module;
import dev.merapi.nn.Pool2d;
import dev.merapi.nn.Sequential;
import java.util.ArrayList;

/// `relu(body(x) + skip(x))`.
final class Residual extends Module {
  private final Module body;
  private final Module skip;

  private Residual(Module body, Module skip) {
    this.body = child("body", body);
    this.skip = child("skip", skip);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return relu(body.apply(x).plus(skip.apply(x)));
  }

  private static Sequential convolution(Conv2d conv, long channels) {
    return Sequential.of(conv.withoutBias(), batchNorm(channels));
  }

  private static Module skip(long in, long out, long stride) {
    return in == out && stride == 1
        ? Sequential.of()
        : convolution(conv2d(in, out, 1).stride(stride), out);
  }

  /// Two convolutions of 3 x 3.
  private static Residual basic(long in, long out, long stride) {
    var body =
        Sequential.of(
            convolution(conv2d(in, out, 3).stride(stride).padding(1), out),
            relu(),
            convolution(conv2d(out, out, 3).padding(1), out));
    return new Residual(body, skip(in, out, stride));
  }

  /// A bottleneck whose middle is a convolution in groups: Xie et al., *Aggregated Residual
  /// Transformations for Deep Neural Networks* (2017).
  static Residual grouped(long in, long middle, long out, long groups) {
    var body =
        Sequential.of(
            convolution(conv2d(in, middle, 1), middle),
            relu(),
            convolution(conv2d(middle, middle, 3).padding(1).groups(groups), middle),
            relu(),
            convolution(conv2d(middle, out, 1), out));
    return new Residual(body, skip(in, out, 1));
  }

  static Module resNet18(long classes) {
    var parts = new ArrayList<Module>();
    parts.add(convolution(conv2d(3, 64, 7).stride(2).padding(3), 64));
    parts.add(relu());
    parts.add(Pool2d.max(3).stride(2).padding(1));
    long in = 64;
    for (long out : new long[] {64, 128, 256, 512}) {
      parts.add(basic(in, out, out == in ? 1 : 2));
      parts.add(basic(out, out, 1));
      in = out;
    }
    parts.add(globalAvgPool());
    parts.add(flatten());
    parts.add(dense(in, classes));
    return Sequential.of(parts.toArray(Module[]::new));
  }
}
