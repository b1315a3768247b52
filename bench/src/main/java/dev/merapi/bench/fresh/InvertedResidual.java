package dev.merapi.bench.fresh;

import static dev.merapi.nn.Activations.relu6;
import static dev.merapi.nn.Layers.batchNorm;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.globalAvgPool;

import dev.merapi.Tensor;
import dev.merapi.nn.Conv2d;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import java.util.ArrayList;
import java.util.List;

/// A bottleneck that is wide in the middle, where each channel is convolved alone.
final class InvertedResidual extends Module {
  /// Layers of one size.
  ///
  /// @param expansion channels of the middle by those of the input
  private record Stage(int expansion, long channels, int count, long stride) {}

  /// Table 2 of the paper.
  private static final List<Stage> STAGES =
      List.of(
          new Stage(1, 16, 1, 1),
          new Stage(6, 24, 2, 2),
          new Stage(6, 32, 3, 2),
          new Stage(6, 64, 4, 2),
          new Stage(6, 96, 3, 1),
          new Stage(6, 160, 3, 2),
          new Stage(6, 320, 1, 1));

  private final Module body;
  private final boolean isResidual;

  private InvertedResidual(long in, long out, int expansion, long stride) {
    long middle = in * expansion;
    var parts = new ArrayList<Module>();
    if (expansion != 1) {
      parts.add(convolution(conv2d(in, middle, 1), middle));
      parts.add(relu6());
    }
    parts.add(
        convolution(conv2d(middle, middle, 3).stride(stride).padding(1).groups(middle), middle));
    parts.add(relu6());
    parts.add(convolution(conv2d(middle, out, 1), out));
    body = child("body", Sequential.of(parts.toArray(Module[]::new)));
    isResidual = in == out && stride == 1;
  }

  @Override
  protected Tensor forward(Tensor x) {
    Tensor result = body.apply(x);
    return isResidual ? result.plus(x) : result;
  }

  private static Sequential convolution(Conv2d conv, long channels) {
    return Sequential.of(conv.withoutBias(), batchNorm(channels));
  }

  static Module mobileNetV2(long classes) {
    var parts = new ArrayList<Module>();
    long in = 32;
    parts.add(convolution(conv2d(3, in, 3).stride(2).padding(1), in));
    parts.add(relu6());
    for (Stage stage : STAGES) {
      for (int i = 0; i < stage.count; i++) {
        long stride = i == 0 ? stage.stride : 1;
        parts.add(new InvertedResidual(in, stage.channels, stage.expansion, stride));
        in = stage.channels;
      }
    }
    parts.add(convolution(conv2d(in, 1280, 1), 1280));
    parts.add(relu6());
    parts.add(globalAvgPool());
    parts.add(flatten());
    parts.add(dense(1280, classes));
    return Sequential.of(parts.toArray(Module[]::new));
  }
}
