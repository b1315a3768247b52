package dev.merapi.nn;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.batchNorm;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.FitOption.batch;
import static dev.merapi.train.FitOption.dropLast;
import static dev.merapi.train.FitOption.epochs;
import static dev.merapi.train.Losses.mse;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.TrainStep;
import dev.merapi.Trainer;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Where statistics of a batch are used, a channel has two values or more.
class BatchStatisticsTest {
  private static final CompileOptions REFERENCE = CompileOptions.on("reference");
  private static final RandomKey KEY = RandomKey.of(1);

  private static Model model(Module norm, TensorType type) {
    return Model.of(Sequential.of(dense(2, 2), norm), input("x", type), KEY);
  }

  private static MerapiException refused(org.junit.jupiter.api.function.Executable code) {
    var error = assertThrows(MerapiException.class, code);
    assertEquals(Kind.SHAPE, error.kind(), error.getMessage());
    assertTrue(error.getMessage().contains("one value a channel"), error.getMessage());
    assertTrue(error.getMessage().contains("hint: "), error.getMessage());
    assertTrue(error.place().contains("1"), error.getMessage()); // the layer's
    return error;
  }

  @Test
  void oneValueAChannelIsRefusedInTraining() {
    for (Module norm : new Module[] {batchNorm(2), batchNorm(2).withoutRunningStatistics()}) {
      Model fixed = model(norm, f32(1, 2));
      refused(() -> fixed.trainStep(mse(), sgd(0.1), REFERENCE));
      Model open = model(norm, f32("N", 2));
      refused(() -> open.trainStep(mse(), sgd(0.1), REFERENCE.size("N", 1)));
      try (TrainStep step = open.trainStep(mse(), sgd(0.1), REFERENCE.upTo("N", 4))) {
        refused(() -> step.resize("N", 1));
        step.resize("N", 2).run();
      }
    }
  }

  @Test
  void severalPlacesOfOneRowHaveAVariance() {
    var net = Sequential.of(conv2d(1, 2, 2), batchNorm(2), flatten());
    Model model = Model.of(net, input("x", f32("N", 1, 3, 3)), KEY);
    model.trainStep(mse(), sgd(0.1), REFERENCE.size("N", 1)).close();
    Model small = Model.of(net, input("x", f32("N", 1, 2, 2)), KEY);
    refused(() -> small.trainStep(mse(), sgd(0.1), REFERENCE.size("N", 1)));
  }

  @Test
  void servingOfOneRowUsesTheRunningStatistics() {
    model(batchNorm(2), f32(1, 2)).compile(REFERENCE).close();
    Model without = model(batchNorm(2).withoutRunningStatistics(), f32("N", 2));
    refused(() -> without.compile(REFERENCE.size("N", 1)));
  }

  @Test
  void aFitWhoseLastBatchHasOneRowIsRefusedBeforeItsFirstStep() {
    Dataset data =
        new Dataset(
            Column.of(Shape.of(2), RandomKey.of(1).normal(18, 0, 1)),
            Column.of(Shape.of(2), RandomKey.of(2).normal(18, 0, 1)));
    Model model = model(batchNorm(2), f32("N", 2));
    Trainer trainer = Trainer.of(model).loss(mse()).optimizer(sgd(0.1)).compile(REFERENCE);
    float[] before = model.parameter("1.running_var").toFloats();
    var error = refused(() -> trainer.fit(data, epochs(2), batch(4))); // 4, 4, 1
    assertTrue(error.getMessage().contains("dropLast()"), error.getMessage());
    assertArrayEquals(before, model.parameter("1.running_var").toFloats());
    trainer.fit(data, epochs(2), batch(4), dropLast());
    trainer.fit(data, epochs(2), batch(3));
  }

  @Test
  void withoutRunningStatisticsServingNormalisesItsBatch() {
    var norm = batchNorm(1).withoutRunningStatistics();
    assertEquals(Set.of("weight", "bias"), norm.parameters().keySet());
    Model model = Model.of(norm, input("x", f32("N", 1)), KEY);
    try (CompiledModel compiled = model.compile(REFERENCE.upTo("N", 4));
        Session session = compiled.newSession()) {
      session.input("x").copyFrom(new float[] {1, 2, 3, 6});
      session.run();
      double deviation = Math.sqrt((4 + 1 + 0 + 9) / 4.0 + 1e-5);
      float[] expected = new float[4];
      for (int i = 0; i < 4; i++) {
        expected[i] = (float) ((new float[] {1, 2, 3, 6}[i] - 3) / deviation);
      }
      assertArrayEquals(expected, session.output("output").toFloats(), 1e-5f);
    }
  }
}
