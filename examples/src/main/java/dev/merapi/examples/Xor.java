package dev.merapi.examples;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.tanh;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.mse;

import dev.merapi.CompileOptions;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.TrainStep;
import dev.merapi.nn.Initializers;
import dev.merapi.nn.Sequential;

/// Exclusive or with two inputs, four hidden neurons (tanh) and one output, by full-batch gradient
/// descent on the mean square error.
public final class Xor {
  private Xor() {}

  /// Trains for 1,000 steps at a rate of 0.1.
  ///
  /// @return the loss after the last step
  public static float train(long seed, CompileOptions options) {
    var xavier = Initializers.xavierUniform(); // made for tanh
    var net = Sequential.of(dense(2, 4).weights(xavier), tanh(), dense(4, 1).weights(xavier));
    var model = Model.of(net, input("x", f32(4, 2)), RandomKey.of(seed));
    try (TrainStep step = model.trainStep(mse(), sgd(0.1), options)) {
      step.input("x").copyFrom(new float[] {0, 0, 0, 1, 1, 0, 1, 1});
      step.target().copyFrom(new float[] {0, 1, 1, 0});
      for (int i = 0; i < 1_000; i++) {
        step.run();
      }
      step.run(); // a run tells the loss before its own update
      return step.loss();
    }
  }

  public static void main(String[] args) {
    for (int seed = 1; seed <= 10; seed++) {
      IO.println("seed " + seed + ": loss " + train(seed, CompileOptions.cpu()));
    }
  }
}
