package dev.merapi.examples;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.train.Losses.bceWithLogits;
import static dev.merapi.train.Metrics.accuracy;
import static dev.merapi.train.Metrics.auc;
import static dev.merapi.train.Metrics.exactMatch;
import static dev.merapi.train.Metrics.f1;

import dev.merapi.Evaluation;
import dev.merapi.History;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Trainer;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Sequential;
import dev.merapi.train.Average;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Several labels at once: of each 8 x 8 digit, whether it is even, at least five, a prime and a
/// multiple of three. One logit for each, and binary cross-entropy over all of them; a row may have
/// none of the labels or all.
public final class MultiLabel implements Example {
  private static final int PIXELS = 64;
  private static final int HIDDEN = 64;
  private static final double TRAINED_ON = 0.8;

  private enum Label {
    EVEN(0, 2, 4, 6, 8),
    AT_LEAST_FIVE(5, 6, 7, 8, 9),
    PRIME(2, 3, 5, 7),
    MULTIPLE_OF_THREE(0, 3, 6, 9);

    private final List<Integer> digits;

    Label(Integer... digits) {
      this.digits = List.of(digits);
    }

    private String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /// A trained model and how it does on the rows of the test.
  record Result(Model model, History history, Evaluation test) {}

  /// The example; it has no settings of its own.
  public MultiLabel() {}

  /// The digits with `f32[4]` of 0 and 1 in the place of their number.
  static Dataset labelled(Dataset digits) {
    Label[] labels = Label.values();
    int[] numbers = digits.labels();
    float[] targets = new float[numbers.length * labels.length];
    for (int i = 0; i < targets.length; i++) {
      boolean holds = labels[i % labels.length].digits.contains(numbers[i / labels.length]);
      targets[i] = holds ? 1 : 0;
    }
    List<String> names = Arrays.stream(labels).map(Label::text).toList();
    return digits
        .withTargets(Column.of(Shape.of(labels.length), targets))
        .named(digits.features(), names);
  }

  @Override
  public String name() {
    return "multi-label";
  }

  @Override
  public String description() {
    return "8 x 8 digits: even? at least five? prime? multiple of three?";
  }

  @Override
  public Defaults defaults() {
    return new Defaults(20, 32);
  }

  @Override
  public Outcome train(Settings settings) {
    settings.bundledOnly(this);
    Result result = result(settings);
    double right = result.test.metric("exact_match");
    return new Outcome(result.model, "test exact match", right, result.history);
  }

  /// Trains on 80 % of each digit, and measures on the others.
  static Result result(Settings settings) {
    RandomKey key = settings.key();
    List<Dataset> parts = Tables.digits8x8().stratifiedSplit(TRAINED_ON, key.split("test"));
    Dataset train = labelled(parts.getFirst());
    var net =
        Sequential.of(
            Scaling.of(train.inputs()),
            dense(PIXELS, HIDDEN),
            relu(),
            dense(HIDDEN, Label.values().length));
    Model model =
        Model.of(net, input("pixels", f32("N", PIXELS)), "logits", key).withLabels(train.classes());
    Trainer trainer =
        Trainer.of(model)
            .loss(bceWithLogits())
            .optimizer(adam(0.005))
            .metrics(accuracy(), exactMatch(), f1(Average.MACRO), auc())
            .compile(settings.options());
    History history = trainer.fit(train, settings.fitOptions());
    return new Result(model, history, trainer.evaluate(labelled(parts.getLast())));
  }

  public static void main(String[] args) {
    Result result = result(Settings.of(new MultiLabel(), 1));
    IO.println(result.history);
    IO.println("test: " + result.test);
  }
}
