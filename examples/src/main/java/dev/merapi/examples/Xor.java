package dev.merapi.examples;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.tanh;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.FitOption.fullBatch;
import static dev.merapi.train.FitOption.noShuffle;
import static dev.merapi.train.FitOption.quiet;
import static dev.merapi.train.Losses.mse;

import dev.merapi.History;
import dev.merapi.Model;
import dev.merapi.Trainer;
import dev.merapi.data.Dataset;
import dev.merapi.nn.Initializers;
import dev.merapi.nn.Sequential;

/// Exclusive or with two inputs, four hidden neurons (tanh) and one output, by full-batch gradient
/// descent on the mean square error: each of 1,000 epochs is one step at a rate of 0.1.
public final class Xor implements Example {
  private static final Dataset TABLE =
      Dataset.of(new float[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}}, new float[] {0, 1, 1, 0});

  /// The example; it has no settings of its own.
  public Xor() {}

  @Override
  public String name() {
    return "xor";
  }

  @Override
  public String description() {
    return "exclusive or, 2-4-1, by full-batch gradient descent";
  }

  @Override
  public Defaults defaults() {
    return new Defaults(1_000, TABLE.rows());
  }

  /// Trains; quietly, for a line an epoch would be a thousand lines.
  @Override
  public Outcome train(Settings settings) {
    settings.bundledOnly(this);
    var xavier = Initializers.xavierUniform(); // made for tanh
    var net = Sequential.of(dense(2, 4).weights(xavier), tanh(), dense(4, 1).weights(xavier));
    Model model = Model.of(net, input("x", f32("N", 2)), settings.key());
    Trainer trainer = Trainer.of(model).loss(mse()).optimizer(sgd(0.1)).compile(settings.options());
    History history = trainer.fit(TABLE, settings.fitOptions(fullBatch(), noShuffle(), quiet()));
    return new Outcome(model, "loss", trainer.evaluate(TABLE).loss(), history);
  }

  public static void main(String[] args) {
    for (int seed = 1; seed <= 10; seed++) {
      Outcome outcome = new Xor().train(Settings.of(new Xor(), seed));
      IO.println("seed " + seed + ": loss " + outcome.value());
    }
  }
}
