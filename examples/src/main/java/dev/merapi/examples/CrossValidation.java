package dev.merapi.examples;

import dev.merapi.History;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Trainer;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.data.Dataset.Fold;
import dev.merapi.train.FitOption;
import dev.merapi.train.Metric;
import dev.merapi.train.Penalty;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How well a net does on a small table: each row is tested once, by a net that has not seen it.
///
/// The rows are divided into five folds, by class where they have one. Each is tested by a net that
/// was trained on the other four, and the penalty on that net's weights was chosen among those
/// four: three quarters of their rows train a net for each penalty, and the loss on the last
/// quarter decides. Rows of the test choose nothing.
///
/// @param recipe what is trained
/// @param metric what is measured
/// @param penalties factors of [Penalty#l2] to choose from
record CrossValidation(Recipe recipe, Metric metric, List<Double> penalties) {
  private static final int FOLDS = 5;
  private static final double CHOOSING = 0.75;

  /// What is trained.
  interface Recipe {
    /// A net with its first weights.
    ///
    /// @param train the rows it will be trained with, to scale by
    Model model(Dataset train, RandomKey key);

    /// With a loss and an optimizer.
    Trainer trainer(Model model, Dataset train);
  }

  /// A net that was trained.
  ///
  /// @param penalty the one that was chosen
  record Trained(Model model, Trainer trainer, double penalty, History history) {}

  /// The metric of each fold, on its rows for the test.
  record Scores(List<Double> values) {
    double mean() {
      return values.stream().mapToDouble(each -> each).average().orElseThrow();
    }

    /// Such as `0.9725 (0.9561 0.9649 0.9912 0.9737 0.9765)`.
    @Override
    public String toString() {
      List<String> folds = values.stream().map(Scores::number).toList();
      return number(mean()) + " (" + String.join(" ", folds) + ")";
    }

    private static String number(double value) {
      return String.format(Locale.ROOT, "%.4f", value);
    }
  }

  /// The metric of each fold.
  Scores scores(Dataset table, Settings settings) {
    RandomKey key = settings.key().split("folds");
    List<Fold> folds =
        hasClasses(table) ? table.stratifiedFolds(FOLDS, key) : table.folds(FOLDS, key);
    var values = new ArrayList<Double>();
    for (Fold fold : folds) {
      Trained trained = train(fold.train(), settings, quietly(settings));
      double value = trained.trainer.evaluate(fold.test()).metric(metric.name());
      values.add(value);
      String text = "fold %d/%d: %s %.4f";
      settings
          .notes()
          .accept(String.format(Locale.ROOT, text, values.size(), FOLDS, metric.name(), value));
    }
    return new Scores(List.copyOf(values));
  }

  /// Chooses the penalty, then trains on all of these rows.
  Trained train(Dataset rows, Settings settings) {
    return train(rows, settings, settings.fitOptions());
  }

  private Trained train(Dataset rows, Settings settings, FitOption... options) {
    return fit(rows, choose(rows, settings), settings, options);
  }

  private double choose(Dataset rows, Settings settings) {
    RandomKey key = settings.key().split("validation");
    List<Dataset> parts =
        hasClasses(rows) ? rows.stratifiedSplit(CHOOSING, key) : rows.split(CHOOSING, key);
    double best = penalties.getFirst();
    double least = Double.POSITIVE_INFINITY;
    for (double penalty : penalties) {
      Trained trained = fit(parts.getFirst(), penalty, settings, quietly(settings));
      double loss = trained.trainer.evaluate(parts.getLast()).loss();
      if (loss < least) {
        least = loss;
        best = penalty;
      }
    }
    return best;
  }

  /// Without the listeners and checkpoints, which are for the net that remains.
  private static FitOption[] quietly(Settings settings) {
    return new FitOption[] {
      FitOption.epochs(settings.epochs()),
      FitOption.batch(settings.batch()),
      FitOption.shuffle(settings.key().split("shuffle")),
      FitOption.quiet()
    };
  }

  private Trained fit(Dataset rows, double penalty, Settings settings, FitOption... options) {
    Model model = recipe.model(rows, settings.key().split("weights"));
    Trainer trainer =
        recipe
            .trainer(model, rows)
            .metrics(metric)
            .penalty(Penalty.l2(penalty))
            .compile(settings.options());
    return new Trained(model, trainer, penalty, trainer.fit(rows, options));
  }

  private static boolean hasClasses(Dataset table) {
    return table.targets() instanceof Column.Ints;
  }
}
