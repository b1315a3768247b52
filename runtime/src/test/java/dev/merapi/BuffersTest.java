package dev.merapi;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.batchNorm;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.mse;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.graph.GraphParser;
import dev.merapi.graph.GraphPrinter;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Initializers;
import dev.merapi.nn.Module;
import dev.merapi.nn.Parameter;
import dev.merapi.nn.Sequential;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BuffersTest {
  private static final CompileOptions REFERENCE = CompileOptions.on("reference");

  /// Takes the running sum of its inputs off, whatever the mode; adds to it in training.
  private static final class Drift extends Module {
    private final Parameter total = buffer("total", Shape.of(2), Initializers.ones());

    @Override
    protected Tensor forward(Tensor x) {
      Trace trace = Trace.current().orElseThrow();
      if (trace.mode() == Trace.Mode.TRAIN) {
        trace.update(total.tensor(), before -> before.plus(x.sum(0)));
      }
      return x.minus(total.tensor());
    }
  }

  private static Model model(Module net) {
    return Model.of(net, input("x", f32("N", 2)), RandomKey.of(1));
  }

  @Test
  void aBufferIsNamedLikeAParameterAndNotAWeight() {
    Model model = model(Sequential.of(new Drift(), dense(2, 1)));
    assertEquals(
        List.of("0.total", "1.weight", "1.bias"), List.copyOf(model.parameters().keySet()));
    assertEquals(Set.of("1.weight", "1.bias"), model.graph().weights().keySet());
    assertArrayEquals(new float[] {1, 1}, model.parameter("0.total").toFloats());
    String summary = model.summary();
    assertTrue(summary.contains("trainable: 3, not trainable: 2"), summary);
  }

  @Test
  void theTextFormTellsBuffersFromWeights() {
    String text = GraphPrinter.print(model(Sequential.of(new Drift(), dense(2, 1))).graph());
    assertTrue(text.contains("parameter() {label=\"0.total\" role=buffer}"), text);
    assertTrue(text.contains("parameter() {label=\"1.weight\"}"), text);
    assertEquals(text, GraphPrinter.print(GraphParser.parse(text)));
  }

  @Test
  void stepsStoreBuffersAndTrainWeightsOnly() {
    Model model = model(Sequential.of(new Drift(), dense(2, 1)));
    try (TrainStep step = model.trainStep(mse(), sgd(0.1).momentum(0.9), REFERENCE.size("N", 2))) {
      step.input("x").copyFrom(new float[] {1, 2, 3, 4});
      step.target().copyFrom(new float[] {5, 6});
      step.run();
      assertArrayEquals(new float[] {5, 7}, step.state().get("0.total").toFloats());
      step.run();
      assertArrayEquals(new float[] {9, 13}, step.state().get("0.total").toFloats());
      assertTrue(
          step.state().keySet().stream().noneMatch(name -> name.contains("merapi.state.0.total")));
      try (Session session = step.evaluate()) {
        session.input("x").copyFrom(new float[] {9, 13, 9, 13});
        session.run();
        float[] bias = step.state().get("1.bias").toFloats();
        assertArrayEquals(new float[] {bias[0], bias[0]}, session.output("output").toFloats());
      }
      step.writeTo(model);
      assertArrayEquals(new float[] {9, 13}, model.parameter("0.total").toFloats());
    }
  }

  @Test
  void freezingStopsWeightsAndNotRunningStatistics() {
    Model model = model(Sequential.of(batchNorm(2), dense(2, 1)));
    TrainOptions options = TrainOptions.of(mse(), sgd(0.1)).freeze("0.*");
    try (TrainStep step = model.trainStep(options, REFERENCE.size("N", 2))) {
      step.input("x").copyFrom(new float[] {1, 2, 3, 4});
      step.target().copyFrom(new float[] {5, 6});
      step.run();
      var state = step.state();
      assertArrayEquals(new float[] {1, 1}, state.get("0.weight").toFloats());
      assertArrayEquals(new float[] {0, 0}, state.get("0.bias").toFloats());
      assertArrayEquals(new float[] {0.2f, 0.3f}, state.get("0.running_mean").toFloats(), 1e-6f);
    }
  }

  @Test
  void aLayerAppliedTwiceUpdatesTwice() {
    var drift = new Drift();
    Model model = model(Sequential.of(drift, drift, dense(2, 1)));
    try (TrainStep step = model.trainStep(mse(), sgd(0.1), REFERENCE.size("N", 1))) {
      step.input("x").copyFrom(new float[] {3, 4});
      step.target().copyFrom(new float[] {0});
      step.run();
      // 1 + x, then + (x - 1)
      assertArrayEquals(new float[] {6, 8}, step.state().get("0.total").toFloats());
    }
  }
}
