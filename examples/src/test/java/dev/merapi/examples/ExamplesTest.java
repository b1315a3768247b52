package dev.merapi.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.MerapiException;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.train.FitOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExamplesTest {
  private static Settings usual(Example example, long seed) {
    return Settings.of(example, seed).on(CompileOptions.cpu()).with(FitOption.quiet());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void exclusiveOrIsLearned(long seed) {
    Outcome outcome = new Xor().train(usual(new Xor(), seed));
    assertTrue(outcome.value() < 0.01, outcome::toString);
    assertEquals(1_000, outcome.history().size());
  }

  @Test
  void theClassifierLearnsInTenEpochs() {
    Outcome outcome = new Classifier().train(usual(new Classifier(), 1));
    assertEquals(10, outcome.history().size());
    assertTrue(outcome.value() > 0.88, outcome::toString);
    assertEquals(10 * 64 + 64 + 64 * 64 + 64 + 64 + 1, outcome.model().parameterCount());
  }

  @Test
  void theLoopOfTheClassifierLearnsAsFitDoes() {
    List<Double> losses = Classifier.loop(usual(new Classifier(), 1));
    assertEquals(10, losses.size());
    assertTrue(losses.getLast() < 0.2 && losses.getFirst() > 0.5, losses::toString);
  }

  @Test
  void theSmallestModuleLearns() {
    Outcome outcome = new SimpleNet().train(usual(new SimpleNet(), 1));
    assertTrue(outcome.value() > 0.95, outcome::toString);
    assertEquals(121, outcome.model().parameterCount());
    assertEquals(
        List.of("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"),
        List.copyOf(outcome.model().parameters().keySet()));
  }

  @Test
  void severalLabelsAreToldAtOnce() {
    var result = MultiLabel.result(usual(new MultiLabel(), 1));
    assertTrue(result.test().metric("exact_match") > 0.93, result::toString);
    assertTrue(result.test().metric("accuracy") > 0.97, result::toString);
    assertTrue(result.test().metric("f1_macro") > 0.97, result::toString);
    assertTrue(result.test().metric("auc") > 0.99, result::toString);
  }

  @Test
  void labelsFollowFromTheDigit() {
    Dataset digits = Tables.digits8x8().slice(0, 4); // 0, 1, 2, 3
    Dataset labelled = MultiLabel.labelled(digits);
    assertEquals(
        List.of("even", "at least five", "prime", "multiple of three"), labelled.classes());
    float[] expected = {1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 1};
    assertArrayEquals(expected, ((Column.Floats) labelled.targets()).toArray());
  }

  @Test
  void dataThatAnExampleDoesNotReadAreRefused() {
    Settings usual = usual(new Xor(), 1);
    var settings =
        new Settings(1, 4, 1, usual.options(), Optional.of(Path.of("folder")), usual.more());
    for (Example example : Examples.all().subList(2, Examples.all().size())) {
      var e = assertThrows(MerapiException.class, () -> example.train(settings));
      assertTrue(e.getMessage().contains("example=" + example.name()), e.getMessage());
    }
  }
}
