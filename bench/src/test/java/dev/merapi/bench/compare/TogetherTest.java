package dev.merapi.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TogetherTest {
  @Test
  void oneThreadIsTheCaller() {
    Thread caller = Thread.currentThread();
    try (var alone = new Together(1, () -> Thread.currentThread() == caller ? 7 : 0)) {
      assertEquals(7, alone.getAsDouble());
    }
  }

  /// Nobody passes the barrier within the work before all are there.
  @Test
  void severalThreadsWorkAtTheSameTimeAndAreAddedUp() {
    var inside = new CyclicBarrier(3);
    var calls = new AtomicInteger();
    try (var three =
        new Together(
            3,
            () -> {
              meet(inside);
              return calls.incrementAndGet();
            })) {
      assertEquals(1 + 2 + 3, three.getAsDouble());
      assertEquals(4 + 5 + 6, three.getAsDouble());
    }
  }

  @Test
  void whatFailsInAThreadIsTold() {
    Thread caller = Thread.currentThread();
    try (var two =
        new Together(
            2,
            () -> {
              if (Thread.currentThread() != caller) {
                throw new IllegalStateException("wrong result");
              }
              return 1;
            })) {
      assertThrows(IllegalStateException.class, two::getAsDouble);
    }
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }
}
