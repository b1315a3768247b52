package dev.merapi.examples;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Activations.sigmoid;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.train.Losses.bce;

import dev.merapi.CompileOptions;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Tensor;
import dev.merapi.TrainStep;
import dev.merapi.data.Batches;
import dev.merapi.data.Batches.Batch;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Dense;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;

/// A binary classifier of ten features with two hidden layers of 64, binary cross-entropy and Adam,
/// written as a [Sequential] and as a [Module].
public final class Classifier extends Module {
  private static final int ROWS = 1_000;
  private static final int FEATURES = 10;

  private final Dense fc1 = child("fc1", dense(FEATURES, 64));
  private final Dense fc2 = child("fc2", dense(64, 64));
  private final Dense fc3 = child("fc3", dense(64, 1));

  /// The network as a module of its own.
  public Classifier() {}

  @Override
  protected Tensor forward(Tensor x) {
    Tensor hidden = relu(fc2.apply(relu(fc1.apply(x))));
    return sigmoid(fc3.apply(hidden));
  }

  /// The same network as a chain.
  public static Sequential sequential() {
    return Sequential.of(
        dense(FEATURES, 64), relu(), dense(64, 64), relu(), dense(64, 1), sigmoid());
  }

  /// Rows of normal numbers; true are those that lie far from the origin.
  public static Dataset data(RandomKey key) {
    float[] x = key.normal(ROWS * FEATURES, 0, 1);
    float[] y = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      double square = 0;
      for (int i = 0; i < FEATURES; i++) {
        square += x[row * FEATURES + i] * x[row * FEATURES + i];
      }
      y[row] = square > 9.3 ? 1 : 0;
    }
    return new Dataset(Column.of(Shape.of(FEATURES), x), Column.of(Shape.of(1), y));
  }

  /// Trains with batches of 32.
  ///
  /// @return the mean loss of each epoch
  public static float[] train(Module net, int epochs, long seed, CompileOptions options) {
    RandomKey key = RandomKey.of(seed);
    var model = Model.of(net, input("x", f32("N", FEATURES)), key);
    Batches batches = Batches.of(data(key.split("data")), 32).shuffled(key.split("shuffle"));
    float[] losses = new float[epochs];
    try (TrainStep step = model.trainStep(bce(), adam(0.001), options.upTo("N", 32))) {
      for (int epoch = 0; epoch < epochs; epoch++) {
        for (Batch batch : batches.epoch(epoch)) {
          step.resize("N", batch.size());
          batch.copyTo(step.input("x"), step.target());
          step.run();
          losses[epoch] += step.loss() / batches.count();
        }
      }
    }
    return losses;
  }

  public static void main(String[] args) {
    float[] losses = train(new Classifier(), 30, 1, CompileOptions.cpu());
    for (int epoch = 0; epoch < losses.length; epoch++) {
      IO.println("epoch " + (epoch + 1) + ": loss " + losses[epoch]);
    }
  }
}
