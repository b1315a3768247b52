package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.batchNorm;
import static dev.merapi.nn.Layers.sequential;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.crossEntropy;
import static dev.merapi.train.Losses.mse;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.CompileOptions;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.Tensor;
import dev.merapi.TrainStep;
import dev.merapi.nn.Module;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Means, variances, norms, losses and gradients keep their digits over millions of elements.
class LongSumsOfModelsTest {
  private static final double RELATIVE = 1e-6;

  /// A network of one function.
  private static final class Fn extends Module {
    private final UnaryOperator<Tensor> fn;

    Fn(UnaryOperator<Tensor> fn) {
      this.fn = fn;
    }

    @Override
    public Tensor forward(Tensor x) {
      return fn.apply(x);
    }
  }

  private static void assertAll(
      double expected, UnaryOperator<Tensor> fn, float term, int... dims) {
    Object[] sizes = Arrays.stream(dims).boxed().toArray();
    Model model = Model.of(new Fn(fn), input("x", f32(sizes)), RandomKey.of(1));
    try (var compiled = model.compile(CompileOptions.cpu());
        Session session = compiled.newSession()) {
      float[] terms = new float[Math.toIntExact(session.input("x").elements())];
      Arrays.fill(terms, term);
      session.input("x").copyFrom(terms);
      session.run();
      for (float value : session.output("output").toFloats()) {
        assertEquals(expected, value, RELATIVE * Math.abs(expected), Arrays.toString(dims));
      }
    }
  }

  @Test
  void meansAcrossTheVectors() {
    assertAll(1, x -> x.mean(0), 1, 20_000_000, 2);
    assertAll(0.7f, x -> x.mean(0), 0.7f, 1_000_000, 8);
  }

  @Test
  void sumsAndNormsAlongTheVectors() {
    assertAll(0.7f * 4e6, x -> x.sum(1), 0.7f, 2, 4_000_000);
    assertAll(0.7f * 2e3, x -> x.square().sum(1).sqrt(), 0.7f, 2, 4_000_000);
  }

  @Test
  void crossEntropyOfManyPixels() {
    Model model = Model.of(new Fn(x -> x), input("x", f32(4, 3, 512, 512)), RandomKey.of(1));
    try (TrainStep step = model.trainStep(crossEntropy(), sgd(0.1), CompileOptions.cpu())) {
      step.run(); // logits and labels are zeros
      assertEquals(Math.log(3), step.loss(), RELATIVE);
    }
  }

  /// Statistics of a batch norm, its gradients and those of a bias: of equal terms, two channels.
  @Test
  void statisticsOfABatch() {
    int rows = 1_000_000;
    Model model = Model.of(sequential(batchNorm(2)), input("x", f32(rows, 2)), RandomKey.of(1));
    float[] x = new float[rows * 2];
    for (int i = 0; i < x.length; i++) {
      x[i] = i / 2 % 2 == 0 ? 0.7f : 0.1f;
    }
    try (TrainStep step = model.trainStep(mse(), sgd(1), CompileOptions.cpu())) {
      step.input("x").copyFrom(x);
      step.run();
      for (float mean : step.state().get("0.running_mean").toFloats()) {
        assertEquals(0.1 * 0.4, mean, 1e-6 * 0.04);
      }
      double variance = 0.09 * rows / (rows - 1.0);
      for (float running : step.state().get("0.running_var").toFloats()) {
        assertEquals(0.9 + 0.1 * variance, running, 1e-6);
      }
    }
  }
}
