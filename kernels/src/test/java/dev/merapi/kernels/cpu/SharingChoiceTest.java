package dev.merapi.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

/// Runs whose times are given: no clock.
class SharingChoiceTest {
  private static final int RUNS = 100_000;

  /// What some runs did.
  ///
  /// @param nanos they took together
  /// @param shared how many of them were shared
  private record Outcome(double nanos, int shared) {}

  /// @param alone nanoseconds of run `i` alone
  /// @param together nanoseconds of run `i` shared
  private static Outcome run(
      SharingChoice choice, int runs, IntToLongFunction alone, IntToLongFunction together) {
    double nanos = 0;
    int shared = 0;
    for (int i = 0; i < runs; i++) {
      boolean isShared = choice.isShared();
      long took = isShared ? together.applyAsLong(i) : alone.applyAsLong(i);
      shared += isShared ? 1 : 0;
      nanos += took;
      choice.ran(took);
    }
    return new Outcome(nanos, shared);
  }

  @Test
  void threadsThatHelpAreUsed() {
    Outcome outcome = run(new SharingChoice(), RUNS, _ -> 50_000, _ -> 30_000);
    assertTrue(outcome.shared > 0.97 * RUNS, outcome::toString);
  }

  @Test
  void threadsThatHinderAreLeftOut() {
    for (long together : new long[] {52_000, 60_000, 500_000}) {
      Outcome outcome = run(new SharingChoice(), RUNS, _ -> 50_000, _ -> together);
      assertTrue(outcome.nanos < 1.02 * 50_000 * RUNS, outcome::toString);
    }
  }

  /// A worker beside an endless loop: most runs are faster, some wait until the system lets the
  /// worker go on.
  @Test
  void rareStallsCountByTheirTime() {
    Outcome outcome =
        run(new SharingChoice(), RUNS, _ -> 50_000, i -> i % 20 == 19 ? 4_000_000 : 30_000);
    assertTrue(outcome.nanos < 1.02 * 50_000 * RUNS, outcome::toString);
  }

  @Test
  void runsOfSecondsAreChosenSoonAndTrialsStayRare() {
    int runs = 500;
    Outcome helps = run(new SharingChoice(), runs, _ -> 2_000_000_000L, _ -> 1_100_000_000L);
    assertTrue(helps.shared > 0.97 * runs, helps::toString);
    Outcome hinders = run(new SharingChoice(), runs, _ -> 2_000_000_000L, _ -> 3_000_000_000L);
    assertTrue(hinders.shared < 0.03 * runs, hinders::toString);
  }

  @Test
  void theFirstRunOfAllDecidesNothing() {
    Outcome outcome =
        run(new SharingChoice(), 1_000, _ -> 50_000, i -> i == 0 ? 90_000_000 : 30_000);
    assertTrue(outcome.shared > 900, outcome::toString);
  }

  @Test
  void whatChangesIsFound() {
    var choice = new SharingChoice();
    Outcome busy = run(choice, RUNS, _ -> 50_000, _ -> 80_000);
    Outcome free = run(choice, RUNS, _ -> 50_000, _ -> 30_000);
    Outcome busyAgain = run(choice, RUNS, _ -> 50_000, _ -> 80_000);
    assertTrue(busy.shared < 0.03 * RUNS, busy::toString);
    assertTrue(free.shared > 0.90 * RUNS, free::toString);
    assertTrue(busyAgain.shared < 0.03 * RUNS, busyAgain::toString);
  }
}
