package dev.merapi.examples;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.maxPool;
import static dev.merapi.optim.Schedules.cosine;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.FitOption.listen;
import static dev.merapi.train.Losses.crossEntropy;
import static dev.merapi.train.Metrics.accuracy;
import static dev.merapi.train.TrainingListener.lines;

import dev.merapi.Evaluation;
import dev.merapi.History;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Trainer;
import dev.merapi.nn.Sequential;

/// Handwritten digits with LeNet-5 (LeCun et al., 1998, with relu and max pooling): trained by SGD
/// with momentum on the bundled 8,000 images, tested on the other 2,000.
public final class LeNet implements Example {
  /// The name of the input, `f32[N, 1, 28, 28]`.
  public static final String IMAGE = "image";

  /// The name of the output, `f32[N, 10]`: one score for each digit.
  public static final String LOGITS = "logits";

  /// The example; it has no settings of its own.
  public LeNet() {}

  /// `f32[N,1,28,28] -> f32[N,10]`, 44,426 parameters.
  public static Sequential network() {
    return Sequential.of(
        conv2d(1, 6, 5),
        relu(),
        maxPool(2),
        conv2d(6, 16, 5),
        relu(),
        maxPool(2),
        flatten(),
        dense(256, 120),
        relu(),
        dense(120, 84),
        relu(),
        dense(84, 10));
  }

  /// An untrained model.
  ///
  /// @param seed decides its first parameters
  public static Model model(long seed) {
    return Model.of(network(), input(IMAGE, f32("N", 1, 28, 28)), LOGITS, RandomKey.of(seed));
  }

  @Override
  public String name() {
    return "lenet";
  }

  @Override
  public String description() {
    return "LeNet-5 reads handwritten digits";
  }

  @Override
  public Defaults defaults() {
    return new Defaults(8, 32);
  }

  @Override
  public Outcome train(Settings settings) {
    Model model = model(settings.seed());
    Trainer trainer =
        Trainer.of(model)
            .loss(crossEntropy())
            .optimizer(sgd(0.02).momentum(0.9))
            .schedule(cosine())
            .metrics(accuracy())
            .compile(settings.options());
    History history = trainer.fit(Digits.trainSet(settings.data()), settings.fitOptions());
    Evaluation test = trainer.evaluate(Digits.testSet(settings.data()));
    return new Outcome(model, "test accuracy", test.metric("accuracy"), history);
  }

  public static void main(String[] args) {
    var example = new LeNet();
    IO.println(example.train(Settings.of(example, 1).with(listen(lines(IO::println)))));
  }
}
