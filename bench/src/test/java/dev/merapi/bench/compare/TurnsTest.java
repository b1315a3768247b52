package dev.merapi.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/// On a clock that moves only while somebody works.
class TurnsTest {
  private static final long SECOND = 1_000_000_000L;

  /// Relative; a histogram keeps three digits.
  private static final double NEARLY = 2e-3;

  private long now;
  private final List<String> log = new ArrayList<>();

  private Turns turns() {
    return new Turns(
        () -> now,
        () -> log.add("settle"),
        () -> {
          now += 10_000_000;
          return 100;
        });
  }

  /// Work that takes as long as the time of its beginning says.
  private Runnable work(String name, LongUnaryOperator nanos) {
    return () -> {
      now += nanos.applyAsLong(now);
      log.add(name);
    };
  }

  @Test
  void ratioIsThePeersTimeByOurs() {
    var result =
        turns().measure(work("ours", _ -> 2_000_000), work("theirs", _ -> 3_000_000), SECOND);
    assertEquals(new Spread(1.5, 1.5, 1.5), result.ratio());
    assertEquals(2e6, result.turn().median(), 1e-6);
    assertEquals(2e6, result.ours().getValueAtPercentile(50), 2e6 * NEARLY);
    assertEquals(3e6, result.theirs().getValueAtPercentile(50), 3e6 * NEARLY);
    assertEquals(100, result.peak(), 1e-12);
    assertEquals(1, result.attempts());
  }

  @Test
  void turnsAlternateAndEachWaitsForQuiet() {
    turns().measure(work("ours", _ -> 5_000_000), work("theirs", _ -> 5_000_000), SECOND / 10);
    // A turn is what made the other quiet, one call that is not counted, and 15 ms of calls.
    var turn = List.of("settle", "ours", "ours", "ours", "ours");
    var next = List.of("settle", "theirs", "theirs", "theirs", "theirs");
    var expected = new ArrayList<String>();
    for (int pair = 0; pair < 8; pair++) {
      if (pair % 4 == 0) {
        expected.add("settle"); // of the peak
      }
      expected.addAll(turn);
      expected.addAll(next);
    }
    assertEquals(expected, log.subList(log.indexOf("settle"), log.size()));
  }

  @Test
  void turnsThatBeginWhileSomethingRunsAreCounted() {
    int[] asked = {0};
    // The peak asks once before the first pair and each fourth one.
    var turns = new Turns(() -> now, () -> ++asked[0] % 3 != 0, () -> 100);
    var result =
        turns.measure(work("ours", _ -> 5_000_000), work("theirs", _ -> 5_000_000), SECOND / 10);
    assertEquals(16, result.turns());
    assertEquals(18, asked[0]);
    assertEquals(6, result.unquiet()); // none of them before a peak, which is asked as 1 and 10
  }

  @Test
  void speedThatFlipsForBothDoesNotMoveTheRatio() {
    // The machine is 1.6x as fast in every other stretch of 0.3 s.
    LongUnaryOperator ours = time -> time / (SECOND * 3 / 10) % 2 == 0 ? 160_000 : 100_000;
    LongUnaryOperator theirs = time -> 2 * ours.applyAsLong(time);
    var result = turns().measure(work("ours", ours), work("theirs", theirs), 3 * SECOND);
    assertEquals(2, result.ratio().median(), 1e-9);
    assertEquals(1, result.attempts());
    assertTrue(result.turn().width() > 1.5, "our turns must show the flips");
  }

  @Test
  void tailsShowInTheHistogramOnly() {
    int[] calls = {0};
    Runnable ours =
        () -> {
          calls[0]++;
          now += calls[0] % 50 == 0 ? 1_000_000 : 100_000;
        };
    var result = turns().measure(ours, work("theirs", _ -> 100_000), SECOND);
    assertEquals(1e5, result.ours().getValueAtPercentile(50), 1e5 * NEARLY);
    assertEquals(1e6, result.ours().getValueAtPercentile(99), 1e6 * NEARLY);
    assertEquals(1 / 1.18, result.ratio().median(), 0.02);
  }

  @Test
  void whatScattersIsRepeatedThreeTimesAtMost() {
    int[] turn = {0};
    Runnable erratic =
        () -> {
          turn[0]++;
          now += turn[0] / 10 % 2 == 0 ? 20_000_000 : 40_000_000;
        };
    var result = turns().measure(erratic, work("theirs", _ -> 20_000_000), SECOND);
    assertEquals(3, result.attempts());
    assertTrue(result.isNoisy());
  }

  @Test
  void calmAttemptIsKept() {
    long[] calmFrom = {Long.MAX_VALUE};
    int[] turn = {0};
    Runnable first =
        () -> {
          if (now > 4 * SECOND && calmFrom[0] == Long.MAX_VALUE) {
            calmFrom[0] = now; // both warmed up for 1.5 s, the first attempt lasts a second
          }
          turn[0]++;
          now += now < calmFrom[0] && turn[0] / 10 % 2 == 0 ? 40_000_000 : 20_000_000;
        };
    var result = turns().measure(first, work("theirs", _ -> 20_000_000), SECOND);
    assertEquals(2, result.attempts());
    assertEquals(new Spread(1, 1, 1), result.ratio());
    assertFalse(result.isNoisy());
  }
}
