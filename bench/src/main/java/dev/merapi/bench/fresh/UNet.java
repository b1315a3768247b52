package dev.merapi.bench.fresh;

import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.maxPool;

import dev.merapi.Tensor;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import java.util.ArrayList;
import java.util.List;

/// Down to small images of many channels and up again, each size with a concatenation of what was
/// there on the way down. Upsampling repeats pixels.
final class UNet extends Module {
  private final List<Module> down = new ArrayList<>();
  private final List<Module> up = new ArrayList<>();
  private final Module bottom;
  private final Module head;

  UNet(long in, long channels, int depth, long classes) {
    long from = in;
    long to = channels;
    for (int i = 0; i < depth; i++) {
      down.add(child("down" + i, convolutions(from, to)));
      from = to;
      to *= 2;
    }
    bottom = child("bottom", convolutions(from, to));
    for (int i = 0; i < depth; i++) {
      up.add(child("up" + i, convolutions(to + to / 2, to / 2)));
      to /= 2;
    }
    head = child("head", conv2d(to, classes, 1));
  }

  private static Module convolutions(long from, long to) {
    return Sequential.of(
        conv2d(from, to, 3).padding(1), relu(), conv2d(to, to, 3).padding(1), relu());
  }

  @Override
  protected Tensor forward(Tensor x) {
    var sizes = new ArrayList<Tensor>();
    Tensor now = x;
    for (Module each : down) {
      Tensor full = each.apply(now);
      sizes.add(full);
      now = maxPool(2).apply(full);
    }
    now = bottom.apply(now);
    for (Module each : up) {
      now = each.apply(Tensor.concat(1, twiceAsLarge(now), sizes.removeLast()));
    }
    return head.apply(now);
  }

  /// Each pixel four times.
  private static Tensor twiceAsLarge(Tensor x) {
    long height = x.size(2).value();
    long width = x.size(3).value();
    Tensor apart = x.reshape(x.size(0), x.size(1), height, 1, width, 1);
    return apart
        .broadcastTo(Shape.of(x.size(0), x.size(1), height, 2, width, 2))
        .reshape(x.size(0), x.size(1), 2 * height, 2 * width);
  }
}
