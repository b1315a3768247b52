package dev.merapi.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.examples.Overfitting.Remedy;
import dev.merapi.examples.Overfitting.Result;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OverfittingTest {
  private static Result alone;

  @BeforeAll
  static void trainAlone() {
    alone = Overfitting.train(Remedy.NONE, 1, CompileOptions.cpu());
  }

  @Test
  void leftAloneTheNetKnowsItsRowsByHeart() {
    assertEquals(1, alone.train().metric("accuracy"), alone::toString);
    assertTrue(alone.train().loss() < 0.05, alone::toString);
    assertTrue(alone.gap() > 0.5, alone::toString);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void eachRemedyBringsUnseenRowsNearerToThoseOfTheTraining(Remedy remedy) {
    Result result = Overfitting.train(remedy, 1, CompileOptions.cpu());
    assertTrue(result.gap() < 0.95 * alone.gap(), () -> alone + "\n" + result);
    assertTrue(result.unseen().loss() < alone.unseen().loss(), () -> alone + "\n" + result);
  }
}
