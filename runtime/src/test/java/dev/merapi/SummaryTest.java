package dev.merapi;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.batchNorm;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.maxPool;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.nn.Dense;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import org.junit.jupiter.api.Test;

class SummaryTest {
  @Test
  void itListsLayersWithTheirParametersAndOperations() {
    var net = Sequential.of(conv2d(1, 6, 5), relu(), maxPool(2), flatten(), dense(864, 10));
    Model model = Model.of(net, input("image", f32("N", 1, 28, 28)), RandomKey.of(1));
    // 2 * 6 * 24 * 24 * 25 and 2 * 864 * 10; 3456 + 3456 + 864 + 864 + 10 outputs of 4 bytes.
    assertEquals(
        """
        layer  kind       output          parameters    FLOPs
        0      Conv2d     f32[N,6,24,24]         156  172,800
        1      relu       f32[N,6,24,24]           0        0
        2      MaxPool2d  f32[N,6,12,12]           0        0
        3      Flatten    f32[N,864]               0        0
        4      Dense      f32[N,10]            8,650   17,280
        Sequential: 8,806 parameters, 35 KiB
        trainable: 8,806, not trainable: 0
        one example: 190,080 FLOPs in products and convolutions, 34 KiB of layer outputs
        """,
        model.summary());
  }

  @Test
  void buffersAreNotTrainable() {
    var net = Sequential.of(conv2d(2, 4, 3), batchNorm(4));
    Model model = Model.of(net, input("x", f32("N", 2, 5, 5)), RandomKey.of(1));
    String summary = model.summary();
    // 4 * 2 * 9 + 4 of the convolution; a scale, a shift, a mean and a variance for each channel.
    assertTrue(summary.contains("trainable: 84, not trainable: 8"), summary);
  }

  @Test
  void aLayerThatIsAppliedTwiceHasItsParametersOnceAndAllItsOperations() {
    final class Twice extends Module {
      private final Dense fc = child("fc", dense(3, 3));

      @Override
      protected Tensor forward(Tensor x) {
        return fc.apply(fc.apply(x));
      }
    }
    Model model = Model.of(new Twice(), input("x", f32("N", 3)), RandomKey.of(1));
    String summary = model.summary();
    assertEquals(2, summary.lines().filter(line -> line.startsWith("fc ")).count(), summary);
    assertTrue(summary.contains("12 parameters"), summary);
    assertTrue(summary.contains("36 FLOPs"), summary);
  }

  @Test
  void sizesThatAreNotBoundLeaveNumbersOpen() {
    var net = Sequential.of(conv2d(1, 2, 3));
    Model model = Model.of(net, input("x", f32("N", 1, "H", 8)), RandomKey.of(1));
    String summary = model.summary();
    assertTrue(summary.contains("one example: ? FLOPs"), summary);
  }
}
