package dev.merapi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

class WarmUpClockTest {
  private long now = 1_000_000_000_000L;
  private int warmUps;

  /// Runs steps that take so many milliseconds each.
  ///
  /// @return the steps done before the warm-up
  private int run(int steps, IntToLongFunction millis) {
    var clock = new WarmUpClock(() -> warmUps++, () -> now);
    int before = -1;
    for (int i = 0; i < steps; i++) {
      clock.tick(steps - i);
      before = before < 0 && warmUps > 0 ? i : before;
      now += millis.applyAsLong(i) * 1_000_000;
    }
    return before;
  }

  @Test
  void longWorkIsWarmedUpOnceAfterATrial() {
    assertEquals(50, run(10_000, _ -> 10));
    assertEquals(1, warmUps);
  }

  @Test
  void shortWorkIsLeftToTheTwins() {
    run(100, _ -> 10);
    run(100_000, i -> i % 100 == 0 ? 1 : 0);
    run(1, _ -> 100_000);
    assertEquals(0, warmUps);
  }

  @Test
  void slowFirstStepsDoNotCount() {
    run(2_000, i -> i < 3 ? 80 : 1);
    assertEquals(0, warmUps);
  }

  @Test
  void slowStepsAreJudgedByThemselves() {
    assertEquals(1, run(50, _ -> 2_000));
    assertEquals(1, warmUps);
  }
}
