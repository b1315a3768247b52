package dev.merapi.optim;

import static dev.merapi.optim.Schedules.constant;
import static dev.merapi.optim.Schedules.cosine;
import static dev.merapi.optim.Schedules.cosineRestarts;
import static dev.merapi.optim.Schedules.exponential;
import static dev.merapi.optim.Schedules.linear;
import static dev.merapi.optim.Schedules.multiStep;
import static dev.merapi.optim.Schedules.oneCycle;
import static dev.merapi.optim.Schedules.plateau;
import static dev.merapi.optim.Schedules.polynomial;
import static dev.merapi.optim.Schedules.stepDecay;
import static dev.merapi.optim.Schedules.warmUp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.samples.Fixture;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Against PyTorch's schedulers: `schedules.txt`, made by `schedules.py` beside it.
class SchedulesTest {
  private static final Fixture RECORDED = Fixture.of(SchedulesTest.class, "schedules.txt");
  private static final Map<String, Schedule> CASES = cases();

  private static Map<String, Schedule> cases() {
    var cases = new LinkedHashMap<String, Schedule>();
    cases.put("stepDecay", stepDecay(3, 0.5));
    cases.put("multiStep", multiStep(0.3, 2, 3, 7));
    cases.put("exponential", exponential(0.9));
    cases.put("cosine", cosine(0.1));
    cases.put("restarts", cosineRestarts(2, 1, 0.1));
    cases.put("growing", cosineRestarts(2, 2, 0));
    cases.put("linear", linear(1, 0.25));
    cases.put("polynomial", polynomial(2));
    cases.put("oneCycle", oneCycle());
    cases.put("oneCycle.other", oneCycle(0.4, 10, 100));
    cases.put("warmUp", warmUp(12, 0.1, cosine()));
    cases.put("plateau", plateau(0.5, 2));
    cases.put("plateau.cooldown", plateau(0.1, 1).threshold(0.1).cooldown(3).least(0.02));
    return cases;
  }

  static List<String> names() {
    return List.copyOf(CASES.keySet());
  }

  /// Sixty steps of twelve epochs; a fixture with fewer numbers has one for each epoch.
  @ParameterizedTest
  @MethodSource("names")
  void followsPyTorch(String name) {
    double[] expected = RECORDED.get(name);
    double[] monitored = RECORDED.get("monitored");
    int stepsPerEpoch = expected.length == 60 ? 1 : 5;
    for (int step = 0; step < expected.length * stepsPerEpoch; step++) {
      int epoch = expected.length == 20 ? step / stepsPerEpoch : 0;
      var seen = Arrays.stream(monitored).limit(epoch).boxed().toList();
      var moment = new Moment(step, 60, 5, seen);
      assertEquals(
          expected[step / stepsPerEpoch], CASES.get(name).factor(moment), 1e-12, name + " " + step);
    }
  }

  @Test
  void aWarmUpStartsAboveZeroAndMeetsWhatFollows() {
    Schedule schedule = warmUp(4, stepDecay(1, 0.5));
    double[] expected = {0.2, 0.4, 0.6, 0.8, 1, 1, 0.5, 0.5, 0.25};
    for (int step = 0; step < expected.length; step++) {
      assertEquals(expected[step], schedule.factor(Moment.at(step, 20, 2)), 1e-12);
    }
  }

  /// Whatever the number of steps of an epoch: at its first step, not at the next one.
  @Test
  void whatGoesByEpochsChangesBehindAWarmUpAtTheVeryStep() {
    Schedule halving = stepDecay(2, 0.5);
    Schedule once = multiStep(0.5, 3);
    Schedule waves = cosineRestarts(3, 1, 0);
    for (int perEpoch = 1; perEpoch <= 60; perEpoch++) {
      for (int warm = 1; warm <= 41; warm += 4) {
        int total = warm + 7 * perEpoch;
        for (int after = 0; after < 7 * perEpoch; after++) {
          Moment moment = Moment.at(warm + after, total, perEpoch);
          String place = after + " steps behind " + warm + ", epochs of " + perEpoch;
          int passed = after / perEpoch;
          double halved = 1.0 / (1 << passed / 2);
          assertEquals(halved, warmUp(warm, halving).factor(moment), place);
          assertEquals(passed < 3 ? 1 : 0.5, warmUp(warm, once).factor(moment), place);
          boolean restarts = after % (3 * perEpoch) == 0;
          assertEquals(restarts, warmUp(warm, waves).factor(moment) == 1, place);
        }
      }
    }
  }

  @Test
  void aWaveTakesWholeSteps() {
    Schedule waves = cosineRestarts(1.1, 1, 0); // 11 steps, which 1.1 * 10 is not
    Schedule growing = cosineRestarts(0.57, 3, 0); // 57 steps, then 171
    for (int step = 0; step < 400; step++) {
      assertEquals(step % 11 == 0, waves.factor(Moment.at(step, 400, 10)) == 1, "step " + step);
      boolean first = step == 0 || step == 57 || step == 57 + 171;
      assertEquals(first, growing.factor(Moment.at(step, 400, 100)) == 1, "step " + step);
    }
    assertEquals(1, cosineRestarts(0.01, 1, 0).factor(Moment.at(5, 9, 2))); // each of one step
  }

  @Test
  void warmUpsMayBeNested() {
    Schedule schedule = warmUp(2, 0.5, warmUp(2, 0.25, constant()));
    double[] expected = {0.5, 0.75, 0.25, 0.625, 1};
    for (int step = 0; step < expected.length; step++) {
      assertEquals(expected[step], schedule.factor(Moment.at(step, 5, 5)), 1e-12);
    }
  }

  @Test
  void aTrainingOfOneStepHasARate() {
    var moment = Moment.at(0, 1, 1);
    CASES.forEach((name, schedule) -> {
      double factor = schedule.factor(moment);
      assertTrue(factor > 0 && factor <= 1, name + ": " + factor);
    });
    assertEquals(1, cosine().factor(Moment.at(0, 1, 1)));
  }

  @Test
  void behindTheLastStepTheLastRateStays() {
    var late = Moment.at(100, 60, 5);
    assertEquals(0.1, cosine(0.1).factor(late), 1e-12);
    assertEquals(0.25, linear(1, 0.25).factor(late), 1e-12);
    assertEquals(0, polynomial(2).factor(late), 1e-12);
    assertEquals(1 / 25.0 / 1e4, oneCycle().factor(late), 1e-12);
  }

  @Test
  void aPlateauOfNansIsNoProgress() {
    var nans = Collections.nCopies(4, Double.NaN);
    assertEquals(0.5, plateau(0.5, 2).factor(new Moment(1, 1, 1, nans)));
    assertEquals(1, plateau(0.5, 2).factor(new Moment(1, 1, 1, List.of(-1.0, -2.0, -3.0))));
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    for (Executable wrong :
        List.<Executable>of(
            () -> stepDecay(0, 0.5),
            () -> multiStep(Double.NaN, 1),
            () -> cosine(1.5),
            () -> cosineRestarts(0, 1, 0),
            () -> cosineRestarts(1, 0.5, 0),
            () -> linear(-1, 1),
            () -> polynomial(0),
            () -> warmUp(0, constant()),
            () -> oneCycle(2, 25, 1),
            () -> plateau(2, 1),
            () -> plateau(0.5, -1),
            () -> Moment.at(1, 1, 0),
            () -> Moment.at(-1, 1, 1))) {
      assertEquals(Kind.ARGUMENT, assertThrows(MerapiException.class, wrong).kind());
    }
  }
}
