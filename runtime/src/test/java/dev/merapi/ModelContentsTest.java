package dev.merapi;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.mse;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import dev.merapi.spi.ModelContents;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelContentsTest {
  private static final CompileOptions REFERENCE = CompileOptions.on("reference").size("N", 2);

  private static Model model() {
    return Model.of(
        Sequential.of(dense(3, 4), dense(4, 1)), input("x", f32("N", 3)), RandomKey.of(5));
  }

  /// Doubles in training, as dropout scales what it leaves.
  private static final class Doubling extends Module {
    @Override
    protected Tensor forward(Tensor x) {
      var mode = Trace.current().map(Trace::mode).orElse(Trace.Mode.EVALUATE);
      return mode == Trace.Mode.TRAIN ? x.times(2) : x;
    }
  }

  @Test
  void oneGraphServesBothWhereNoLayerAsksForTheMode() {
    var model = model();
    assertSame(model.graph(), model.trainingGraph());
  }

  @Test
  void theTrainingGraphIsTracedForTraining() {
    var net = Sequential.of(new Doubling(), dense(3, 1));
    var model = Model.of(net, input("x", f32("N", 3)), RandomKey.of(5));
    assertNotEquals(model.graph(), model.trainingGraph());
    assertEquals(1, model.trainingGraph().nodes().size() - model.graph().nodes().size());
  }

  @Test
  void aModelMadeOfContentsTrainsToTheSameBits() {
    assertArrayEquals(trained(model()), trained(Model.of(model().contents())));
  }

  private static float[] trained(Model model) {
    try (TrainStep step = model.trainStep(mse(), sgd(0.1).momentum(0.9), REFERENCE)) {
      for (int i = 0; i < 3; i++) {
        step.input("x").copyFrom(new float[] {1, 2, 3, -1, 0.5f, 4});
        step.target().copyFrom(new float[] {1, -1});
        step.run();
      }
      step.writeTo(model);
    }
    return model.parameter("0.weight").toFloats();
  }

  @Test
  void theSummarySurvives() {
    assertEquals(model().summary(), Model.of(model().contents()).summary());
  }

  @Test
  void stateIsWhatBearsItsName() {
    var model = model();
    var tensors = new LinkedHashMap<String, HostTensor>(model.parameters());
    tensors.put("merapi.state.step", HostTensor.allocate("merapi.state.step", f32()));
    ModelContents contents = model.contents().withState(tensors);
    assertEquals(List.of("merapi.state.step"), List.copyOf(contents.state().keySet()));
    assertTrue(Model.of(contents).contents().state().isEmpty());
  }

  @Test
  void labelsAndStringsAreKept() {
    var model = model().withLabels(List.of("cat", "dog")).withMetadata(Map.of("author", "me"));
    assertEquals(List.of("cat", "dog"), model.labels());
    assertEquals(Map.of("author", "me"), model.metadata());
    assertSame(model.parameter("0.bias"), model.withLabels(List.of()).parameter("0.bias"));
  }

  @Test
  void aMissingParameterIsRefused() {
    var contents = model().contents();
    var fewer = new LinkedHashMap<>(contents.parameters());
    fewer.remove("1.bias");
    var incomplete =
        new ModelContents(
            contents.graph(),
            contents.trainingGraph(),
            contents.layers(),
            fewer,
            Map.of(),
            List.of(),
            Map.of());
    var e = assertThrows(MerapiException.class, () -> Model.of(incomplete));
    assertEquals(Kind.FORMAT, e.kind());
    assertTrue(e.getMessage().contains("1.bias"), e.getMessage());
  }

  @Test
  void otherInputsInTrainingAreRefused() {
    var contents = model().contents();
    var other =
        Model.of(Sequential.of(dense(3, 4), dense(4, 1)), input("y", f32("N", 3)), RandomKey.of(5));
    var mixed =
        new ModelContents(
            contents.graph(),
            other.graph(),
            contents.layers(),
            contents.parameters(),
            Map.of(),
            List.of(),
            Map.of());
    var e = assertThrows(MerapiException.class, () -> Model.of(mixed));
    assertTrue(e.getMessage().contains("other inputs"), e.getMessage());
  }

  @Test
  void withoutFormatsTheDependencyIsNamed() {
    var model = model();
    var e = assertThrows(MerapiException.class, () -> model.save(Path.of("x.merapi")));
    assertEquals(Kind.ARGUMENT, e.kind());
    assertTrue(e.getMessage().contains("dev.merapi:merapi-format"), e.getMessage());
    assertThrows(MerapiException.class, () -> Model.load(Path.of("x.merapi")));
    assertThrows(MerapiException.class, () -> model.loadWeights(Path.of("x.safetensors")));
  }
}
