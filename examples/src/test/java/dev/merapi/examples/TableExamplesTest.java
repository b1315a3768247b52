package dev.merapi.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.Trainer;
import dev.merapi.data.Dataset;
import dev.merapi.examples.CrossValidation.Scores;
import dev.merapi.train.FitOption;
import dev.merapi.train.Losses;
import dev.merapi.train.Metrics;
import org.junit.jupiter.api.Test;

/// What nets make of the bundled tables, by five folds; [TableClassifier] and [Diabetes] print the
/// figures.
class TableExamplesTest {
  private static Settings usual(Example example) {
    return Settings.of(example, 1).on(CompileOptions.cpu()).with(FitOption.quiet());
  }

  private static void atLeast(double bar, Scores scores) {
    assertEquals(5, scores.values().size());
    assertTrue(scores.mean() >= bar, scores::toString);
  }

  @Test
  void flowersAreToldApart() {
    atLeast(0.93, TableClassifier.iris().scores(usual(TableClassifier.iris())));
  }

  @Test
  void winesAreToldApart() {
    Outcome outcome = TableClassifier.wine().train(usual(TableClassifier.wine()));
    assertEquals("mean test accuracy of 5 folds", outcome.metric());
    assertTrue(outcome.value() >= 0.95, outcome::toString);
    assertEquals(Tables.wine().classes(), outcome.model().labels());
    var trainer =
        Trainer.of(outcome.model())
            .loss(Losses.crossEntropy())
            .metrics(Metrics.accuracy())
            .compile(CompileOptions.cpu());
    double known = trainer.evaluate(Tables.wine()).metric("accuracy");
    assertTrue(known > 0.98, () -> "the rows of the table, as they are: " + known);
  }

  @Test
  void tumoursAreToldApart() {
    atLeast(0.95, TableClassifier.breastCancer().scores(usual(TableClassifier.breastCancer())));
  }

  @Test
  void smallDigitsAreRead() {
    Settings fewer = usual(TableClassifier.digits8x8()).epochs(8);
    atLeast(0.95, TableClassifier.digits8x8().scores(fewer));
  }

  @Test
  void theProgressionOfDiabetesIsForeseenAsFarAsItCanBe() {
    Outcome outcome = new Diabetes().train(usual(new Diabetes()));
    assertTrue(outcome.value() >= 0.45, outcome::toString);
    Dataset table = Tables.diabetes();
    var trainer =
        Trainer.of(outcome.model())
            .loss(Losses.mse())
            .metrics(Metrics.r2(), Metrics.rmse())
            .compile(CompileOptions.cpu());
    double rmse = trainer.evaluate(table).metric("rmse");
    assertTrue(rmse > 40 && rmse < 57, () -> "in the units of the table: " + rmse);
  }
}
