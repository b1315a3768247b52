package dev.merapi.examples;

import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.crossEntropy;

import dev.merapi.Backends;
import dev.merapi.CompileOptions;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.TrainStep;
import dev.merapi.data.Batches;
import dev.merapi.data.Batches.Batch;
import dev.merapi.data.Dataset;
import dev.merapi.memory.HostTensor;
import java.util.Locale;

/// [LeNet] with loops of one's own: one trains, one tests, and each tells its loss and accuracy.
/// The first argument is the device, the best one that works here if there is none.
public final class LeNetLoops {
  private static final int EPOCHS = 10;
  private static final int BATCH = 64;

  private LeNetLoops() {}

  public static void main(String[] args) {
    String device = args.length > 0 ? args[0] : Backends.best();
    IO.println("device: " + device);
    var options = CompileOptions.on(device).upTo("N", BATCH);
    Model model = LeNet.model(1);
    try (TrainStep step = model.trainStep(crossEntropy(), sgd(0.02).momentum(0.9), options)) {
      step.warmUp(); // brings in the vector code, with the same bits
      run(step, Digits.trainSet(), Digits.testSet(), EPOCHS);
      step.writeTo(model);
    }
  }

  /// Trains and tests in turn.
  ///
  /// @return the last test
  static Score run(TrainStep step, Dataset train, Dataset test, int epochs) {
    Batches batches = Batches.of(train, BATCH).shuffled(RandomKey.of(1));
    var tested = new Score(test);
    try (Session session = step.evaluate()) {
      for (int epoch = 0; epoch < epochs; epoch++) {
        Score learned = train(step, batches, epoch, new Score(train));
        tested = test(session, Batches.of(test, BATCH), new Score(test));
        IO.println("epoch " + (epoch + 1) + ": train " + learned + ", test " + tested);
      }
    }
    return tested;
  }

  private static Score train(TrainStep step, Batches batches, int epoch, Score score) {
    for (Batch batch : batches.epoch(epoch)) {
      step.resize("N", batch.size()); // the last one may be smaller
      batch.copyTo(step.input(LeNet.IMAGE), step.target());
      step.run(); // forward, backward and update in place
      score.add(batch, step.output(LeNet.LOGITS));
    }
    return score;
  }

  private static Score test(Session session, Batches batches, Score score) {
    for (Batch batch : batches.epoch(0)) {
      session.resize("N", batch.size());
      batch.copyTo(session.input(LeNet.IMAGE));
      session.run(); // with the weights as they are
      score.add(batch, session.output(LeNet.LOGITS));
    }
    return score;
  }

  /// How well digits are told apart.
  static final class Score {
    private static final int CLASSES = 10;

    private final int[] labels;
    private int rows;
    private int right;
    private double losses;

    Score(Dataset digits) {
      labels = digits.labels();
    }

    /// @param logits `f32[N, 10]`
    void add(Batch batch, HostTensor logits) {
      for (int i = 0; i < batch.size(); i++) {
        int label = labels[batch.row(i)];
        int best = 0;
        double sum = 0;
        for (int digit = 0; digit < CLASSES; digit++) {
          best =
              logits.getFloat(i * CLASSES + digit) > logits.getFloat(i * CLASSES + best)
                  ? digit
                  : best;
          sum += Math.exp(logits.getFloat(i * CLASSES + digit));
        }
        right += best == label ? 1 : 0;
        losses += Math.log(sum) - logits.getFloat(i * CLASSES + label);
        rows++;
      }
    }

    double accuracy() {
      return (double) right / rows;
    }

    /// The mean cross-entropy.
    double loss() {
      return losses / rows;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "loss %.4f accuracy %.4f", loss(), accuracy());
    }
  }
}
