package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.mse;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.CompileOptions;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Tensor;
import dev.merapi.TrainOptions;
import dev.merapi.TrainStep;
import dev.merapi.nn.Dense;
import dev.merapi.nn.Module;
import org.junit.jupiter.api.Test;

/// A dense layer of one unit to which a column of its input is added: a column of a matrix is not
/// dense, and the layer's result is.
class SkipOfOneColumnTest {
  private static final int ROWS = 64;
  private static final int COLUMNS = 10;

  private static final class Skip extends Module {
    private final Dense fc = child("fc", dense(COLUMNS, 1));

    @Override
    public Tensor forward(Tensor x) {
      return fc.apply(x).plus(x.slice(1, COLUMNS - 1, COLUMNS));
    }
  }

  @Test
  void theFirstLossIsTheMeanOfTheSquares() {
    float[] x = RandomKey.of(1).normal(ROWS * COLUMNS, 0, 1);
    float[] y = RandomKey.of(2).normal(ROWS, 0, 1);
    try (TrainStep step = step(CompileOptions.cpu())) {
      float[] weight = step.state().get("fc.weight").toFloats();
      float bias = step.state().get("fc.bias").toFloats()[0];
      double sum = 0;
      for (int row = 0; row < ROWS; row++) {
        double estimate = bias + x[row * COLUMNS + COLUMNS - 1];
        for (int column = 0; column < COLUMNS; column++) {
          estimate += (double) x[row * COLUMNS + column] * weight[column];
        }
        sum += (estimate - y[row]) * (estimate - y[row]);
      }
      step.input("x").copyFrom(x);
      step.target().copyFrom(y);
      step.run();
      assertEquals(sum / ROWS, step.loss(), 1e-5);
    }
  }

  @Test
  void trainsAsOnTheReference() {
    assertArrayEquals(losses(CompileOptions.on("reference")), losses(CompileOptions.cpu()), 1e-5f);
  }

  private static float[] losses(CompileOptions options) {
    try (TrainStep step = step(options)) {
      float[] losses = new float[5];
      for (int run = 0; run < losses.length; run++) {
        step.input("x").copyFrom(RandomKey.of(run).normal(ROWS * COLUMNS, 0, 1));
        step.target().copyFrom(RandomKey.of(100 + run).normal(ROWS, 0, 1));
        step.run();
        losses[run] = step.loss();
      }
      return losses;
    }
  }

  private static TrainStep step(CompileOptions options) {
    return Model.of(new Skip(), input("x", f32(ROWS, COLUMNS)), RandomKey.of(3))
        .trainStep(TrainOptions.of(mse(), sgd(0.1)), options);
  }
}
