package dev.merapi.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

class HeapUseTest {
  private static final int LENGTH = 100_000;

  /// Read by nobody; an array that goes nowhere would be optimised away.
  private volatile byte[] kept = {};

  private volatile int calls;

  private void allocate() {
    kept = new byte[LENGTH];
  }

  @Test
  void callThatAllocatesNothingCostsNothing() {
    assertEquals(0, HeapUse.bytesPerCall(() -> calls = 1), 0.01);
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
    assertEquals(0, HeapUse.bytesPerCall(slow), 0.01);
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
