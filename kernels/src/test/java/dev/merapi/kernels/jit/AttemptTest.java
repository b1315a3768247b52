package dev.merapi.kernels.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AttemptTest {
  private static final long MILLI = 1_000_000;

  private static Attempt driven(int drives) {
    Attempt attempt = Attempt.first(100, Duration.ofMillis(10));
    for (int i = 0; i < drives; i++) {
      attempt.drove();
    }
    return attempt;
  }

  @Test
  void whatHasHadItsCallsIsStuckWhenItsTimeIsOver() {
    Attempt attempt = driven(101);
    assertFalse(attempt.isStuck(10 * MILLI));
    assertTrue(attempt.isStuck(10 * MILLI + 1));
  }

  @Test
  void slowCallsAreGivenMoreTime() {
    Attempt attempt = driven(100);
    assertFalse(attempt.isStuck(30 * MILLI));
    assertTrue(attempt.isStuck(30 * MILLI + 1));
  }

  @Test
  void partsAddUp() {
    Attempt attempt = driven(101);
    attempt.took(6 * MILLI);
    attempt.took(3 * MILLI);
    assertFalse(attempt.isStuck(MILLI));
    assertTrue(attempt.isStuck(MILLI + 1));
  }

  @Test
  void laterAttemptsBeginAnewWithMorePatience() {
    List<Boolean> stuck = new ArrayList<>();
    Optional<Attempt> attempt = Optional.of(driven(1000));
    while (attempt.isPresent()) {
      for (int i = 0; i < 401; i++) {
        attempt.get().drove();
      }
      stuck.add(attempt.get().isStuck(20 * MILLI + 1));
      attempt = attempt.get().next();
    }
    assertEquals(List.of(true, true, false), stuck);
  }
}
