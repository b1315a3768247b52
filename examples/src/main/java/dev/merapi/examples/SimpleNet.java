package dev.merapi.examples;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Activations.sigmoid;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.train.Losses.bce;
import static dev.merapi.train.Metrics.accuracy;

import dev.merapi.History;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Tensor;
import dev.merapi.Trainer;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Dense;
import dev.merapi.nn.Module;

/// The smallest module of one's own: ten neurons with relu, one with sigmoid, on 1,000 random rows.
/// A row is true where its first half adds up to more than its second, so that there is something
/// to learn; random labels could only be learned by heart.
public final class SimpleNet implements Example {
  private static final int ROWS = 1_000;
  private static final int FEATURES = 10;

  /// The network.
  static final class Net extends Module {
    private final Dense fc1 = child("fc1", dense(FEATURES, 10));
    private final Dense fc2 = child("fc2", dense(10, 1));

    @Override
    protected Tensor forward(Tensor x) {
      return sigmoid(fc2.apply(relu(fc1.apply(x))));
    }
  }

  /// The example; it has no settings of its own.
  public SimpleNet() {}

  /// Rows of numbers from 0 to 1.
  static Dataset data(RandomKey key) {
    float[] x = key.uniform(ROWS * FEATURES, 0, 1);
    float[] y = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      double difference = 0;
      for (int i = 0; i < FEATURES; i++) {
        difference += i < FEATURES / 2 ? x[row * FEATURES + i] : -x[row * FEATURES + i];
      }
      y[row] = difference > 0 ? 1 : 0;
    }
    return Dataset.of(Shape.of(FEATURES), x, Shape.of(1), y);
  }

  @Override
  public String name() {
    return "simplenet";
  }

  @Override
  public String description() {
    return "the smallest module of one's own, 10-10-1, on 1,000 random rows";
  }

  @Override
  public Defaults defaults() {
    return new Defaults(20, 32);
  }

  @Override
  public Outcome train(Settings settings) {
    settings.bundledOnly(this);
    RandomKey key = settings.key();
    Model model = Model.of(new Net(), input("x", f32("N", FEATURES)), key);
    Trainer trainer =
        Trainer.of(model)
            .loss(bce())
            .optimizer(adam(0.01))
            .metrics(accuracy())
            .compile(settings.options());
    History history = trainer.fit(data(key.split("data")), settings.fitOptions());
    double right = trainer.evaluate(data(key.split("test"))).metric("accuracy");
    return new Outcome(model, "test accuracy", right, history);
  }

  public static void main(String[] args) {
    Outcome outcome = new SimpleNet().train(Settings.of(new SimpleNet(), 1));
    IO.println(outcome.model().summary());
    IO.println(outcome.history());
    IO.println(outcome.metric() + " " + outcome.value());
  }
}
