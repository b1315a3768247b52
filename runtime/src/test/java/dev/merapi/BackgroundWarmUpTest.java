package dev.merapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions.WarmUp;
import dev.merapi.memory.UseCount;
import dev.merapi.spi.Addresses;
import dev.merapi.spi.Executable;
import dev.merapi.spi.Packed;
import dev.merapi.spi.Runner;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/// The clock and the thread are the test's own.
class BackgroundWarmUpTest {
  private static final long MILLI = 1_000_000;

  private long now = 1;
  private int readings;
  private final Queue<Runnable> turns = new ArrayDeque<>();
  private final List<String> warnings = new ArrayList<>();
  private final UseCount uses = new UseCount("test", () -> {});

  /// Needs some time to become fast.
  private class Slow implements Executable {
    private final long needs;
    private long has;
    private List<String> remarks = List.of("slow");

    Slow(long millis) {
      needs = millis * MILLI;
    }

    @Override
    public boolean warmUp(Duration limit) {
      long part = Math.min(limit.toNanos(), needs - has);
      has += part;
      now += part;
      if (has == needs) {
        remarks = List.of();
      }
      return has == needs;
    }

    @Override
    public List<Packed> packed() {
      return List.of();
    }

    @Override
    public long scratchBytes() {
      return 0;
    }

    @Override
    public Runner bind(Addresses addresses) {
      return () -> now += 10 * MILLI;
    }

    @Override
    public List<String> diagnostics() {
      return remarks;
    }

    @Override
    public void close() {}
  }

  private BackgroundWarmUp background(WarmUp when) {
    return new BackgroundWarmUp(
        when,
        warnings::addAll,
        turns::add,
        () -> {
          readings++;
          return now;
        });
  }

  private void takeTurns() {
    for (Runnable turn = turns.poll(); turn != null; turn = turns.poll()) {
      turn.run();
    }
  }

  /// As a plan does it.
  private void run(BackgroundWarmUp.Part part) {
    Runner runner = () -> now += 10 * MILLI;
    if (part.isOver()) {
      runner.run();
    } else {
      part.timed(runner);
    }
    takeTurns();
  }

  @Test
  void aWarmUpTakesNoMoreThanRunsHaveTaken() {
    var slow = new Slow(2_000);
    BackgroundWarmUp.Part part = background(WarmUp.BACKGROUND).of(slow, uses);
    int runs = 0;
    while (!part.isOver()) {
      run(part);
      runs++;
      assertTrue(slow.has <= runs * 10 * MILLI, () -> slow.has + " ns");
      assertTrue(runs < 1_000);
    }
    assertEquals(slow.needs, slow.has);
    int before = readings;
    run(part);
    assertEquals(before, readings); // runs are not timed any more
    assertEquals(List.of(), warnings);
  }

  @Test
  void whatIsSoonOverIsNotWarmedUp() {
    var slow = new Slow(2_000);
    BackgroundWarmUp.Part part = background(WarmUp.BACKGROUND).of(slow, uses);
    for (int i = 0; i < 25; i++) {
      run(part);
    }
    assertEquals(0, slow.has);
  }

  @Test
  void sizesEarnTogether() {
    BackgroundWarmUp background = background(WarmUp.BACKGROUND);
    var slow = new Slow(2_000);
    BackgroundWarmUp.Part often = background.of(new Slow(100), uses);
    BackgroundWarmUp.Part seldom = background.of(slow, uses);
    for (int i = 0; i < 60; i++) {
      run(often);
    }
    assertTrue(often.isOver());
    for (int i = 0; i < 12; i++) { // alone it would take 30
      run(seldom);
    }
    assertTrue(slow.has > 0);
  }

  @Test
  void whatIsFastFromTheBeginningIsNotTimed() {
    var fast = new Slow(0);
    fast.warmUp(Duration.ZERO);
    assertTrue(background(WarmUp.BACKGROUND).of(fast, uses).isOver());
  }

  @Test
  void whatStaysSlowIsSaid() {
    Slow slow =
        new Slow(100) {
          @Override
          public List<String> diagnostics() {
            return List.of("1 of 2 kernels stays slow");
          }
        };
    BackgroundWarmUp.Part part = background(WarmUp.BACKGROUND).of(slow, uses);
    for (int i = 0; i < 100; i++) {
      run(part);
    }
    assertEquals(List.of("1 of 2 kernels stays slow"), warnings);
  }

  @Test
  void nothingIsDoneForWhatIsClosed() {
    var slow = new Slow(2_000);
    BackgroundWarmUp.Part part = background(WarmUp.BACKGROUND).of(slow, uses);
    uses.close();
    for (int i = 0; i < 100; i++) {
      run(part);
    }
    assertEquals(0, slow.has);
  }

  @Test
  void aFailureEndsIt() {
    Slow broken =
        new Slow(100) {
          @Override
          public boolean warmUp(Duration limit) {
            if (limit.isPositive()) {
              throw new LinkageError("broken");
            }
            return false;
          }
        };
    BackgroundWarmUp.Part part = background(WarmUp.BACKGROUND).of(broken, uses);
    for (int i = 0; i < 100; i++) {
      run(part);
    }
    assertTrue(part.isOver());
  }

  @Test
  void neverMeansThatOnlyTheUserDoesIt() {
    var slow = new Slow(100);
    BackgroundWarmUp.Part part = background(WarmUp.NEVER).of(slow, uses);
    part.prepare();
    for (int i = 0; i < 100; i++) {
      run(part);
    }
    assertEquals(0, slow.has);
    assertTrue(part.finish());
    assertEquals(slow.needs, slow.has);
  }

  @Test
  void beforeMeansBeforeTheFirstRun() {
    var slow = new Slow(100);
    BackgroundWarmUp.Part part = background(WarmUp.BEFORE).of(slow, uses);
    assertFalse(part.isOver());
    part.prepare();
    assertTrue(part.isOver());
    assertEquals(slow.needs, slow.has);
  }
}
