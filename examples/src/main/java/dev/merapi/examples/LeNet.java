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
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Sequential;
import java.util.Locale;

/// Handwritten digits with LeNet-5 (LeCun et al., 1998, with relu and max pooling): trained by SGD
/// with momentum on the bundled 8,000 images, tested on the other 2,000, served one by one.
public final class LeNet {
  /// The name of the input, `f32[N, 1, 28, 28]`.
  public static final String IMAGE = "image";

  /// The name of the output, `f32[N, 10]`: one score for each digit.
  public static final String LOGITS = "logits";

  private static final int CLASSES = 10;
  private static final double MOMENTUM = 0.9;

  /// How to train.
  ///
  /// @param epochs how often each image is seen
  /// @param batch images of one step
  /// @param seed decides the order of the images
  /// @param rate the learning rate of the first step; it falls to 0 as half a cosine (Loshchilov
  ///   and Hutter, arXiv:1608.03983)
  /// @param options backend and threads
  public record Settings(int epochs, int batch, long seed, double rate, CompileOptions options) {
    /// Eight epochs of batches of 32, at a rate of 0.02 with momentum 0.9.
    public static Settings of(CompileOptions options) {
      return new Settings(8, 32, 1, 0.02, options);
    }
  }

  /// What became of an epoch.
  ///
  /// @param number counts from 1
  /// @param loss the mean over its steps, each taken before its update
  /// @param imagesPerSecond how many it learned from in a second
  public record Epoch(int number, int epochs, double loss, double imagesPerSecond) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "epoch %d/%d: loss %.4f, %.0f images/s",
          number,
          epochs,
          loss,
          imagesPerSecond);
    }
  }

  /// Hears how training goes on.
  public interface Listener {
    /// After the step of that number, counted from 1 in each epoch.
    default void step(int step, int steps, float loss) {}

    /// After an epoch.
    void epoch(Epoch epoch);
  }

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

  /// An untrained model.
  ///
  /// @param seed decides its first parameters
  public static Model model(long seed) {
    return Model.of(network(), input(IMAGE, f32("N", 1, 28, 28)), LOGITS, RandomKey.of(seed));
  }

  /// Compiles a step of training and brings in its vector code: on the scalar twins, the epochs
  /// would take far longer than this does.
  public static TrainStep compile(Model model, Settings settings) {
    var optimizer = sgd(settings.rate).momentum(MOMENTUM);
    CompileOptions options = settings.options.upTo("N", settings.batch);
    return model.trainStep(crossEntropy(), optimizer, options).warmUp();
  }

  /// Runs all epochs. The trained parameters are the step's; `writeTo` brings them into a model.
  public static void train(TrainStep step, Settings settings, Listener listener) {
    Dataset digits = Digits.trainSet();
    RandomKey order = RandomKey.of(settings.seed).split("shuffle");
    Batches batches = Batches.of(digits, settings.batch).shuffled(order);
    int done = 0;
    for (int epoch = 0; epoch < settings.epochs; epoch++) {
      long start = System.nanoTime();
      double sum = 0;
      int inEpoch = 0;
      for (Batch batch : batches.epoch(epoch)) {
        step.learningRate(rate(settings, (double) done++ / (settings.epochs * batches.count())));
        step.resize("N", batch.size());
        batch.copyTo(step.input(IMAGE), step.target());
        step.run();
        sum += step.loss();
        listener.step(++inEpoch, batches.count(), step.loss());
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      listener.epoch(
          new Epoch(epoch + 1, settings.epochs, sum / batches.count(), digits.rows() / seconds));
    }
  }

  /// The learning rate after that share of the steps.
  private static double rate(Settings settings, double share) {
    return settings.rate * (1 + Math.cos(Math.PI * share)) / 2;
  }

  /// The share of images whose highest score is that of their digit.
  ///
  /// @param session for one image at a time
  public static double accuracy(Session session, Dataset digits) {
    int[] labels = ((Column.Ints) digits.targets()).toArray();
    HostTensor image = session.input(IMAGE);
    HostTensor logits = session.output(LOGITS);
    int right = 0;
    for (int row = 0; row < digits.rows(); row++) {
      digits.inputs().copyTo(image, 0, row);
      session.run();
      right += best(logits) == labels[row] ? 1 : 0;
    }
    return (double) right / digits.rows();
  }

  private static int best(HostTensor scores) {
    int best = 0;
    for (int i = 1; i < CLASSES; i++) {
      best = scores.getFloat(i) > scores.getFloat(best) ? i : best;
    }
    return best;
  }

  public static void main(String[] args) {
    var settings = Settings.of(CompileOptions.cpu());
    Model model = model(settings.seed);
    try (TrainStep step = compile(model, settings)) {
      train(step, settings, IO::println);
      step.writeTo(model);
    }
    try (CompiledModel compiled = model.compile(CompileOptions.cpu().size("N", 1)).warmUp();
        Session session = compiled.newSession()) {
      IO.println("test accuracy " + accuracy(session, Digits.testSet()));
    }
  }
}
