package dev.merapi.examples;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.maxPool;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.crossEntropy;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.TrainStep;
import dev.merapi.data.Batches;
import dev.merapi.data.Batches.Batch;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.data.Idx;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Sequential;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;

/// Handwritten digits with LeNet-5 (LeCun et al., 1998, with relu and max pooling): trained by SGD
/// with momentum on the bundled 8,000 images, tested on the other 2,000, then served one by one.
public final class LeNet {
  /// The mean and deviation of MNIST's pixels, which inputs are normalised by.
  private static final double MEAN = 0.1307;

  private static final double DEVIATION = 0.3081;
  private static final int CLASSES = 10;
  private static final int SERVED = 2_000;

  /// What can be chosen; backend and threads are those of the options.
  public record Settings(int epochs, int batch, long seed, double rate, CompileOptions options) {
    /// Ten epochs of batches of 64, at a rate of 0.01 with momentum 0.9.
    public static Settings of(CompileOptions options) {
      return new Settings(10, 64, 1, 0.01, options);
    }
  }

  /// @param accuracy the share of test images that are recognised after the last epoch
  /// @param latencyMicros the median time of a run with one image, input and output copied
  public record Result(double accuracy, double latencyMicros) {}

  private LeNet() {}

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
        dense(84, CLASSES));
  }

  /// Trains, tests and serves.
  ///
  /// @param report gets a line now and then
  public static Result run(Settings settings, Consumer<String> report) {
    RandomKey key = RandomKey.of(settings.seed);
    var model = Model.of(network(), input("image", f32("N", 1, 28, 28)), "logits", key);
    report.accept(model.summary());
    Dataset test = digits(Digits.TEST_IMAGES, Digits.TEST_LABELS);
    double accuracy = train(model, test, settings, key.split("shuffle"), report);
    return new Result(accuracy, latency(model, test, settings.options));
  }

  private static double train(
      Model model, Dataset test, Settings settings, RandomKey key, Consumer<String> report) {
    Dataset train = digits(Digits.TRAIN_IMAGES, Digits.TRAIN_LABELS);
    Batches batches = Batches.of(train, settings.batch).shuffled(key);
    var optimizer = sgd(settings.rate).momentum(0.9);
    var options = settings.options.upTo("N", settings.batch);
    try (TrainStep step = model.trainStep(crossEntropy(), optimizer, options).warmUp();
        Session serving = step.evaluate()) {
      double accuracy = 0;
      for (int epoch = 0; epoch < settings.epochs; epoch++) {
        long start = System.nanoTime();
        double sum = 0;
        for (Batch batch : batches.epoch(epoch)) {
          step.resize("N", batch.size());
          batch.copyTo(step.input("image"), step.target());
          step.run();
          sum += step.loss();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        accuracy = accuracy(serving, test, settings.batch);
        report.accept(
            String.format(
                Locale.ROOT,
                "epoch %d/%d  loss %.4f  test accuracy %.4f  %,.0f images/s",
                epoch + 1,
                settings.epochs,
                sum / batches.count(),
                accuracy,
                train.rows() / seconds));
      }
      step.writeTo(model);
      return accuracy;
    }
  }

  /// The share of rows whose largest score is that of their label.
  private static double accuracy(Session session, Dataset data, int size) {
    int[] labels = ((Column.Ints) data.targets()).toArray();
    int right = 0;
    for (Batch batch : Batches.of(data, size).epoch(0)) {
      session.resize("N", batch.size());
      batch.copyTo(session.input("image"));
      session.run();
      HostTensor scores = session.output("logits");
      for (int i = 0; i < batch.size(); i++) {
        right += best(scores, i) == labels[batch.row(i)] ? 1 : 0;
      }
    }
    return (double) right / data.rows();
  }

  private static int best(HostTensor scores, int row) {
    int best = 0;
    for (int i = 1; i < CLASSES; i++) {
      if (scores.getFloat(scores.index(row, i)) > scores.getFloat(scores.index(row, best))) {
        best = i;
      }
    }
    return best;
  }

  private static double latency(Model model, Dataset test, CompileOptions options) {
    try (CompiledModel compiled = model.compile(options.size("N", 1)).warmUp();
        Session session = compiled.newSession()) {
      HostTensor image = session.input("image");
      HostTensor logits = session.output("logits");
      float[] scores = new float[CLASSES];
      long[] nanos = new long[SERVED];
      for (int i = 0; i < SERVED; i++) {
        long start = System.nanoTime();
        test.inputs().copyTo(image, 0, i % test.rows());
        session.run();
        logits.copyTo(scores);
        nanos[i] = System.nanoTime() - start;
      }
      Arrays.sort(nanos);
      return nanos[SERVED / 2] / 1e3;
    }
  }

  private static Dataset digits(Digits images, Digits labels) {
    return Dataset.images(read(images), read(labels)).normalised(MEAN, DEVIATION);
  }

  private static Idx read(Digits file) {
    try (InputStream stream = file.open()) {
      return Idx.read(stream, file.name());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
