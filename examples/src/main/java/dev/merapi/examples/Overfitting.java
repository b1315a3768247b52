package dev.merapi.examples;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.batchNorm;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.dropout;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.train.FitOption.batch;
import static dev.merapi.train.FitOption.epochs;
import static dev.merapi.train.FitOption.quiet;
import static dev.merapi.train.FitOption.shuffle;
import static dev.merapi.train.Losses.crossEntropy;
import static dev.merapi.train.Metrics.accuracy;
import static dev.merapi.train.Penalty.l1;
import static dev.merapi.train.Penalty.l2;

import dev.merapi.CompileOptions;
import dev.merapi.Evaluation;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Trainer;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Dense;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import java.util.Locale;

/// Four remedies against over-fitting. A net of 26,000 weights (64-128-128-10, relu) learns 200 of
/// the 8 x 8 digits, of which a fifth have a wrong label. Left alone, it learns all of them by
/// heart, the wrong ones too. L1, L2, dropout and batch normalisation each bring the loss on digits
/// that it has not seen nearer to that on those it has.
public final class Overfitting {
  private static final int PIXELS = 64;
  private static final int HIDDEN = 128;
  private static final int CLASSES = 10;
  private static final int ROWS = 200;
  private static final int WRONG = ROWS / 5;
  private static final int UNSEEN = 1_000;
  private static final int EPOCHS = 60;

  /// What is done about it.
  public enum Remedy {
    NONE,
    /// A price on the size of weights.
    L1,
    /// A price on the squares of weights.
    L2,
    /// Half of the hidden neurons are left out, others in each step.
    DROPOUT,
    /// Hidden neurons are normalised by the batch, which makes each row depend on the others.
    BATCH_NORM;

    private Module hidden(int in) {
      Dense dense = dense(in, HIDDEN);
      return switch (this) {
        case NONE, L1, L2 -> Sequential.of(dense, relu());
        case DROPOUT -> Sequential.of(dense, relu(), dropout(0.5));
        case BATCH_NORM -> Sequential.of(dense, batchNorm(HIDDEN), relu());
      };
    }

    private Trainer penalise(Trainer trainer) {
      return switch (this) {
        case L1 -> trainer.penalty(l1(0.001));
        case L2 -> trainer.penalty(l2(0.01));
        case NONE, DROPOUT, BATCH_NORM -> trainer;
      };
    }
  }

  /// How well a trained net does, measured without penalties and without dropout.
  ///
  /// @param train on the rows it learned from, by the labels that it was told
  /// @param unseen on 1,000 other rows, all with their right labels
  public record Result(Remedy remedy, Evaluation train, Evaluation unseen) {
    /// How much larger the loss is on unseen rows.
    public double gap() {
      return unseen.loss() - train.loss();
    }

    @Override
    public String toString() {
      return row(remedy, train.loss(), unseen.loss(), gap(), accuracyOf(train), accuracyOf(unseen));
    }

    private static double accuracyOf(Evaluation evaluation) {
      return evaluation.metric("accuracy");
    }

    private static String row(Remedy remedy, double... numbers) {
      var line = new StringBuilder(String.format(Locale.ROOT, "%-10s", remedy));
      for (double number : numbers) {
        line.append(String.format(Locale.ROOT, "%12.4f", number));
      }
      return line.toString();
    }
  }

  private Overfitting() {}

  /// Trains the net with one remedy.
  ///
  /// @param seed decides which rows it sees, its first weights, and the order of the rows
  public static Result train(Remedy remedy, long seed, CompileOptions options) {
    RandomKey key = RandomKey.of(seed);
    Dataset digits = Tables.digits8x8().normalized(8, 6).shuffled(key.split("rows"));
    Dataset train = mislabelled(digits.slice(0, ROWS));
    Dataset unseen = digits.slice(ROWS, ROWS + UNSEEN);
    var net = Sequential.of(remedy.hidden(PIXELS), remedy.hidden(HIDDEN), dense(HIDDEN, CLASSES));
    Trainer trainer =
        Trainer.of(Model.of(net, input("pixels", f32("N", PIXELS)), key))
            .loss(crossEntropy())
            .optimizer(adam(0.002))
            .metrics(accuracy())
            .step(step -> step.seed(key.split("dropout")))
            .compile(options);
    remedy
        .penalise(trainer)
        .fit(train, epochs(EPOCHS), batch(5), shuffle(key.split("order")), quiet());
    return new Result(remedy, trainer.evaluate(train), trainer.evaluate(unseen));
  }

  /// The first rows get another label.
  private static Dataset mislabelled(Dataset digits) {
    int[] labels = digits.labels();
    for (int row = 0; row < WRONG; row++) {
      labels[row] = (labels[row] + 1 + row % (CLASSES - 1)) % CLASSES;
    }
    return digits.withTargets(Column.of(Shape.SCALAR, labels));
  }

  public static void main(String[] args) {
    IO.println("remedy      train loss unseen loss         gap  train acc.  unseen acc.");
    for (Remedy remedy : Remedy.values()) {
      IO.println(train(remedy, 1, CompileOptions.cpu()));
    }
  }
}
