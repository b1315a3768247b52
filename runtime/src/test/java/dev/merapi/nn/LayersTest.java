package dev.merapi.nn;

import static dev.merapi.nn.Layers.avgPool;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.maxPool;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.merapi.CompileOptions;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Tensor;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayersTest {
  private static final float[] FOUR_BY_FOUR = {
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
  };
  private static final Tensor IMAGE = Tensor.of(Shape.of(1, 1, 4, 4), FOUR_BY_FOUR);

  @Test
  void poolingJoinsSquares() {
    assertArrayEquals(new float[] {6, 8, 14, 16}, maxPool(2).apply(IMAGE).toFloats());
    assertArrayEquals(new float[] {3.5f, 5.5f, 11.5f, 13.5f}, avgPool(2).apply(IMAGE).toFloats());
    assertEquals(Shape.of(1, 1, 3, 3), maxPool(2).stride(1).apply(IMAGE).shape());
    // padding counts as zeros in the mean: the corner holds 1 alone
    assertEquals(0.25f, avgPool(2).padding(1).apply(IMAGE).toFloats()[0]);
    assertEquals(Shape.of(1, 16), flatten().apply(IMAGE).shape());
  }

  @Test
  void poolingRefusesSizesThatMakeNoSense() {
    assertKind(Kind.ARGUMENT, () -> maxPool(0));
    assertKind(Kind.ARGUMENT, () -> maxPool(2).stride(0));
    assertKind(Kind.ARGUMENT, () -> maxPool(2).padding(2));
    assertKind(Kind.SHAPE, () -> maxPool(5).apply(IMAGE));
    assertKind(Kind.ARGUMENT, () -> conv2d(3, 4, 1).groups(2));
    assertKind(Kind.ARGUMENT, () -> dense(2, 0));
  }

  @Test
  void denseMultipliesByTheTransposedWeight() {
    var net = Sequential.of(dense(2, 3));
    Model model = Model.of(net, Model.input("x", TensorType.f32("N", 2)), RandomKey.of(1));
    model.parameter("0.weight").copyFrom(new float[] {1, 2, 3, 4, 5, 6});
    model.parameter("0.bias").copyFrom(new float[] {10, 20, 30});
    assertArrayEquals(new float[] {21, 45, 69}, run(model, new float[] {3, 4}));
  }

  @Test
  void convolutionSlidesItsKernel() {
    var net = Sequential.of(conv2d(1, 1, 3).padding(1).stride(3));
    Model model = Model.of(net, Model.input("x", TensorType.f32("N", 1, 4, 4)), RandomKey.of(1));
    model.parameter("0.weight").copyFrom(new float[] {0, 0, 0, 0, 1, 0, 0, 0, 100});
    model.parameter("0.bias").copyFrom(new float[] {0.5f});
    assertArrayEquals(new float[] {601.5f, 4.5f, 13.5f, 16.5f}, run(model, FOUR_BY_FOUR));
  }

  private static float[] run(Model model, float[] x) {
    var options = CompileOptions.on("reference").size("N", 1);
    try (var compiled = model.compile(options)) {
      return compiled.run(Map.of("x", x)).get(Model.OUTPUT);
    }
  }

  private static void assertKind(Kind kind, org.junit.jupiter.api.function.Executable code) {
    assertEquals(kind, assertThrows(MerapiException.class, code).kind());
  }
}
