package dev.merapi;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Activations.sigmoid;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.maxPool;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Dense;
import dev.merapi.nn.Initializers;
import dev.merapi.nn.Layers;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelTest {
  static Sequential lenet() {
    return Sequential.of(
        conv2d(1, 6, 5),
        relu(),
        maxPool(2),
        conv2d(6, 16, 5),
        relu(),
        maxPool(2),
        flatten(),
        dense(256, 120),
        relu(),
        dense(120, 84),
        relu(),
        dense(84, 10));
  }

  static final class SimpleNet extends Module {
    final Dense fc1 = child("fc1", dense(10, 64));
    final Dense fc2 = child("fc2", dense(64, 1));

    @Override
    protected Tensor forward(Tensor x) {
      return sigmoid(fc2.apply(relu(fc1.apply(x))));
    }
  }

  @Test
  void tracesLeNet() {
    var model = Model.of(lenet(), input("image", f32("N", 1, 28, 28)), "logits", RandomKey.of(42));
    assertEquals(f32("N", 10), model.graph().outputs().getFirst().value().type());
    assertEquals(44_426, model.parameterCount());
    assertEquals(
        List.of(
            "0.weight",
            "0.bias",
            "3.weight",
            "3.bias",
            "7.weight",
            "7.bias",
            "9.weight",
            "9.bias",
            "11.weight",
            "11.bias"),
        List.copyOf(model.parameters().keySet()));
    String summary = model.summary();
    assertTrue(summary.contains("f32[N,16,8,8]"), summary);
    assertTrue(summary.contains("44,426 parameters"), summary);
  }

  @Test
  void namesAreThoseOfTheModules() {
    var model = Model.of(new SimpleNet(), input("x", f32("N", 10)), RandomKey.of(1));
    assertEquals(
        List.of("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"),
        List.copyOf(model.parameters().keySet()));
    assertEquals(Shape.of(64, 10), model.parameter("fc1.weight").shape());
    MerapiException error =
        assertThrows(MerapiException.class, () -> model.parameter("fc3.weight"));
    assertTrue(error.getMessage().contains("fc1.weight"), error.getMessage());
  }

  @Test
  void aLayersNumbersDoNotDependOnTheOthers() {
    var key = RandomKey.of(42);
    var small = Model.of(Sequential.of(dense(3, 4)), input("x", f32(1, 3)), key);
    var large =
        Model.of(Sequential.of(dense(3, 4), relu(), dense(4, 2)), input("x", f32(1, 3)), key);
    assertArrayEquals(
        small.parameter("0.weight").toFloats(), large.parameter("0.weight").toFloats());
    float bound = (float) (1 / Math.sqrt(3));
    for (float weight : small.parameter("0.weight").toFloats()) {
      assertTrue(Math.abs(weight) <= bound);
    }
  }

  @Test
  void errorsNameTheLayer() {
    var net = Sequential.of(flatten(), Sequential.of(dense(784, 32), relu(), dense(31, 10)));
    MerapiException error =
        assertThrows(
            MerapiException.class,
            () -> Model.of(net, input("image", f32("N", 1, 28, 28)), RandomKey.of(1)));
    assertEquals(Kind.SHAPE, error.kind());
    assertEquals("Sequential.1.2", error.place());
    assertTrue(error.getMessage().contains("f32[N,32]"), error.getMessage());
  }

  @Test
  void anUnregisteredLayerIsNamed() {
    Module net =
        new Module() {
          private final Dense hidden = dense(2, 2);

          @Override
          protected Tensor forward(Tensor x) {
            return hidden.apply(x);
          }
        };
    MerapiException error =
        assertThrows(
            MerapiException.class, () -> Model.of(net, input("x", f32(1, 2)), RandomKey.of(1)));
    assertEquals(Kind.TRACE, error.kind());
    assertTrue(error.getMessage().contains("child("), error.getMessage());
  }

  @Test
  void aForwardThatGivesNullIsNamed() {
    final class Empty extends Module {
      @Override
      @SuppressWarnings("NullAway") // as a class that nobody checks may
      protected Tensor forward(Tensor x) {
        return null;
      }
    }
    String what = "module: forward gave null: module=Empty";
    var traced =
        assertThrows(
            MerapiException.class,
            () ->
                Model.of(
                    Sequential.of(relu(), new Empty()), input("x", f32(1, 2)), RandomKey.of(1)));
    assertEquals(what + "; at Sequential.1", traced.getMessage());
    assertEquals(Kind.TRACE, traced.kind());
    var alone = assertThrows(MerapiException.class, () -> new Empty().apply(Tensor.scalar(1)));
    assertEquals(what, alone.getMessage());
  }

  @Test
  void layerOptionsChangeParametersAndShapes() {
    var conv = conv2d(4, 8, 3).stride(2).padding(1).groups(2).withoutBias();
    var net = Sequential.of(conv, dense(5, 1).weights(Initializers.ones()).withoutBias());
    var model = Model.of(net, input("x", f32("N", 4, 9, 9)), RandomKey.of(1));
    assertEquals(f32("N", 8, 5, 1), model.graph().outputs().getFirst().value().type());
    assertEquals(List.of("0.weight", "1.weight"), List.copyOf(model.parameters().keySet()));
    assertEquals(Shape.of(8, 2, 3, 3), model.parameter("0.weight").shape());
    assertArrayEquals(new float[] {1, 1, 1, 1, 1}, model.parameter("1.weight").toFloats());
  }

  @Test
  void aSharedLayerHasItsParametersOnce() {
    Dense shared = dense(3, 3);
    var model =
        Model.of(Sequential.of(shared, relu(), shared), input("x", f32(3)), RandomKey.of(1));
    assertEquals(List.of("0.weight", "0.bias"), List.copyOf(model.parameters().keySet()));
  }

  @Test
  void lambdasAreLayers() {
    var net = Sequential.of(Layers.lambda("twice", x -> x.times(2)));
    var model = Model.of(net, input("x", f32("N")), RandomKey.of(1));
    assertTrue(model.summary().contains("twice"), model.summary());
    assertArrayEquals(new float[] {2, 4}, net.apply(Tensor.of(1f, 2f)).toFloats());
  }
}
