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
import dev.merapi.TrainStep;
import dev.merapi.Trainer;
import dev.merapi.data.Batches;
import dev.merapi.data.Batches.Batch;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Dense;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import java.util.ArrayList;
import java.util.List;

/// A binary classifier of ten features with two hidden layers of 64, binary cross-entropy and Adam:
/// as a chain that `fit` trains, and as a module with a loop of its own. Both are the same network.
public final class Classifier implements Example {
  private static final int ROWS = 1_000;
  private static final int FEATURES = 10;
  private static final double RATE = 0.003;

  /// The median of the sum of ten squares of normal numbers.
  private static final double MEDIAN = 9.342;

  /// The network as a module.
  static final class Net extends Module {
    private final Dense fc1 = child("fc1", dense(FEATURES, 64));
    private final Dense fc2 = child("fc2", dense(64, 64));
    private final Dense fc3 = child("fc3", dense(64, 1));

    @Override
    protected Tensor forward(Tensor x) {
      Tensor hidden = relu(fc2.apply(relu(fc1.apply(x))));
      return sigmoid(fc3.apply(hidden));
    }
  }

  /// The example; it has no settings of its own.
  public Classifier() {}

  /// The network as a chain.
  static Sequential sequential() {
    return Sequential.of(
        dense(FEATURES, 64), relu(), dense(64, 64), relu(), dense(64, 1), sigmoid());
  }

  /// Rows of normal numbers; true are those that lie far from the origin, half of them.
  public static Dataset data(RandomKey key) {
    float[] x = key.normal(ROWS * FEATURES, 0, 1);
    float[] y = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      double square = 0;
      for (int i = 0; i < FEATURES; i++) {
        square += x[row * FEATURES + i] * x[row * FEATURES + i];
      }
      y[row] = square > MEDIAN ? 1 : 0;
    }
    return new Dataset(Column.of(Shape.of(FEATURES), x), Column.of(Shape.of(1), y));
  }

  @Override
  public String name() {
    return "classifier";
  }

  @Override
  public String description() {
    return "binary classifier 10-64-64-1 of points near and far";
  }

  @Override
  public Defaults defaults() {
    return new Defaults(10, 32);
  }

  @Override
  public Outcome train(Settings settings) {
    settings.bundledOnly(this);
    RandomKey key = settings.key();
    Model model = Model.of(sequential(), input("x", f32("N", FEATURES)), key);
    Trainer trainer =
        Trainer.of(model)
            .loss(bce())
            .optimizer(adam(RATE))
            .metrics(accuracy())
            .compile(settings.options());
    History history = trainer.fit(data(key.split("data")), settings.fitOptions());
    double right = trainer.evaluate(data(key.split("test"))).metric("accuracy");
    return new Outcome(model, "test accuracy", right, history);
  }

  /// Trains the module in a loop around a [TrainStep].
  ///
  /// @return the mean loss over the rows in each epoch
  static List<Double> loop(Settings settings) {
    RandomKey key = settings.key();
    Model model = Model.of(new Net(), input("x", f32("N", FEATURES)), key);
    Dataset data = data(key.split("data"));
    Batches batches = Batches.of(data, settings.batch()).shuffled(key.split("shuffle"));
    var losses = new ArrayList<Double>();
    var options = settings.options().upTo("N", settings.batch());
    try (TrainStep step = model.trainStep(bce(), adam(RATE), options)) {
      for (int epoch = 0; epoch < settings.epochs(); epoch++) {
        double sum = 0;
        for (Batch batch : batches.epoch(epoch)) {
          step.resize("N", batch.size()); // the last batch of an epoch has 8 rows
          batch.copyTo(step.input("x"), step.target());
          step.run();
          sum += step.loss() * batch.size();
        }
        losses.add(sum / data.rows());
      }
      step.writeTo(model);
    }
    return losses;
  }

  public static void main(String[] args) {
    Settings settings = Settings.of(new Classifier(), 1);
    Outcome outcome = new Classifier().train(settings);
    IO.println(outcome.history());
    IO.println(outcome.metric() + " " + outcome.value());
    IO.println("losses of the loop: " + loop(settings));
  }
}
