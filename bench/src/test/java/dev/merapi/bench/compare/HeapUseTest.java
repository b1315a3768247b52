package dev.merapi.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

class HeapUseTest {
  private static final int LENGTH = 100_000;
  private static final int TRIES = 20;

  /// Read by nobody; an array that goes nowhere would be optimised away.
  private volatile byte[] kept = {};

  private volatile int calls;

  private void allocate() {
    kept = new byte[LENGTH];
  }

  /// What earlier tests have left to other threads, such as a warm-up, may go on for a while.
  private static void assertNone(Runnable call) {
    double least = Double.MAX_VALUE;
    for (int i = 0; i < TRIES && least > 0.01; i++) {
      least = Math.min(least, HeapUse.bytesPerCall(call));
    }
    assertEquals(0, least, 0.01);
  }

  @Test
  void callThatAllocatesNothingCostsNothing() {
    assertNone(() -> calls = 1);
  }

  @Test
  void countingItselfIsNotTheCalls() {
    Runnable slow =
        () -> {
          long start = System.nanoTime();
          while (System.nanoTime() - start < 10_000_000) {
            Thread.onSpinWait();
          }
        };
    assertNone(slow);
  }

  @Test
  void arrayIsCounted() {
    double bytes = HeapUse.bytesPerCall(this::allocate);
    assertTrue(bytes > 0.99 * LENGTH && bytes < 1.1 * LENGTH, "bytes=" + bytes);
  }

  @Test
  void arrayOfAnotherThreadIsCounted() {
    double bytes =
        HeapUse.bytesPerCall(() -> ForkJoinPool.commonPool().submit(this::allocate).join());
    assertTrue(bytes > 0.99 * LENGTH, "bytes=" + bytes);
  }
}
