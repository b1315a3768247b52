package dev.merapi.nn;

import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.batchNorm;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.dropout;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.layerNorm;
import static dev.merapi.nn.Layers.maxPool;
import static dev.merapi.nn.Layers.normalize;
import static dev.merapi.nn.Layers.prelu;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.Tensor;
import org.junit.jupiter.api.Test;

class ModuleTextTest {
  @Test
  void aNetworkIsPrintedWithItsPartsAndTheirSettings() {
    var block =
        Sequential.of(
            conv2d(3, 8, 3).stride(2).padding(1).groups(1).withoutBias(), batchNorm(8), relu());
    var net =
        Sequential.of(
            normalize(0.5, 0.25), block, maxPool(2), dropout(0.5), prelu(), flatten(), dense(8, 4));
    assertEquals(
        """
        Sequential(
          (0): Normalize([0.5], [0.25])
          (1): Sequential(
            (0): Conv2d(3, 8, kernel=[3, 3], stride=[2, 2], padding=[1, 1], bias=false)
            (1): BatchNorm(8, eps=1.0E-5, momentum=0.1)
            (2): relu()
          )
          (2): MaxPool2d(2, stride=2)
          (3): Dropout(p=0.5)
          (4): PRelu(1)
          (5): Flatten()
          (6): Dense(8, 4)
        )\
        """,
        net.toString());
    assertEquals("Dense(4, 2, bias=false)", dense(4, 2).withoutBias().toString());
    assertEquals("LayerNorm([4,5], eps=1.0E-5)", layerNorm(4, 5).toString());
  }

  @Test
  void aModuleThatIsAPartOfItselfIsPrintedOnce() {
    final class Loop extends Module {
      Loop() {
        child("me", this);
      }

      @Override
      protected Tensor forward(Tensor x) {
        return x;
      }
    }
    assertTrue(new Loop().toString().contains("(me): Loop(a part of itself)"));
  }
}
