package dev.merapi.examples;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.train.Losses.crossEntropy;
import static dev.merapi.train.Metrics.accuracy;

import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Trainer;
import dev.merapi.data.Dataset;
import dev.merapi.examples.CrossValidation.Scores;
import dev.merapi.examples.CrossValidation.Trained;
import dev.merapi.nn.Sequential;
import java.util.List;
import java.util.function.Supplier;

/// Classifiers for the bundled tables: one hidden layer behind a scaling of the features,
/// cross-entropy, Adam. Measured by five folds; the model that remains is trained on all rows.
public final class TableClassifier implements Example {
  private static final double RATE = 0.005;

  private final String name;
  private final String description;
  private final Supplier<Dataset> table;
  private final int hidden;
  private final Defaults defaults;

  private TableClassifier(
      String name, String description, Supplier<Dataset> table, int hidden, Defaults defaults) {
    this.name = name;
    this.description = description;
    this.table = table;
    this.hidden = hidden;
    this.defaults = defaults;
  }

  /// The species of flowers.
  public static TableClassifier iris() {
    return new TableClassifier(
        "iris",
        "three species of iris from four measures of their flowers",
        Tables::iris,
        16,
        new Defaults(60, 16));
  }

  /// The growers of wines.
  public static TableClassifier wine() {
    return new TableClassifier(
        "wine",
        "three growers of wine from thirteen measures of their wines",
        Tables::wine,
        16,
        new Defaults(30, 16));
  }

  /// Malignant or benign tumours.
  public static TableClassifier breastCancer() {
    return new TableClassifier(
        "breast-cancer",
        "tumours, malignant or benign, from thirty measures of nuclei",
        Tables::breastCancer,
        16,
        new Defaults(30, 32));
  }

  /// Digits of 8 x 8 pixels.
  public static TableClassifier digits8x8() {
    return new TableClassifier(
        "digits8x8",
        "handwritten digits of 8 x 8 pixels, without convolutions",
        Tables::digits8x8,
        64,
        new Defaults(20, 32));
  }

  /// All of them.
  public static List<TableClassifier> all() {
    return List.of(iris(), wine(), breastCancer(), digits8x8());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public Defaults defaults() {
    return defaults;
  }

  @Override
  public Outcome train(Settings settings) {
    settings.bundledOnly(this);
    Dataset data = table.get();
    Scores scores = validation().scores(data, settings);
    Trained trained = validation().train(data, settings);
    Model model = trained.model().withLabels(data.classes());
    return new Outcome(model, "mean test accuracy of 5 folds", scores.mean(), trained.history());
  }

  /// The test accuracy of each fold.
  Scores scores(Settings settings) {
    return validation().scores(table.get(), settings);
  }

  private CrossValidation validation() {
    return new CrossValidation(new Recipe(hidden), accuracy(), List.of(0.0, 0.001, 0.01));
  }

  private record Recipe(int hidden) implements CrossValidation.Recipe {
    @Override
    public Model model(Dataset train, RandomKey key) {
      int features = train.inputs().rowSize();
      var net =
          Sequential.of(
              Scaling.of(train.inputs()),
              dense(features, hidden),
              relu(),
              dense(hidden, train.classes().size()));
      return Model.of(net, input("features", f32("N", features)), "scores", key);
    }

    @Override
    public Trainer trainer(Model model, Dataset train) {
      return Trainer.of(model).loss(crossEntropy()).optimizer(adam(RATE));
    }
  }

  public static void main(String[] args) {
    for (TableClassifier each : all()) {
      Scores scores = each.scores(Settings.of(each, 1));
      IO.println(each.name + ": test accuracy " + scores + ", the mean of 5 folds (each)");
    }
  }
}
