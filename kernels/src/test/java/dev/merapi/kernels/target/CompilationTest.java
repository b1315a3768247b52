package dev.merapi.kernels.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.merapi.kernels.machine.KernelCode;
import dev.merapi.kernels.x64.Assembler;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CompilationTest {
  private final AtomicInteger tries = new AtomicInteger();

  static KernelCode code() {
    return new KernelCode("kernel", new Assembler(Set.of()).finish());
  }

  private KernelCode counted() {
    tries.incrementAndGet();
    return code();
  }

  @Test
  void isDoneOnce() {
    var compilation = new Compilation(this::counted);
    compilation.claim();
    compilation.claim();
    assertSame(compilation.code(), compilation.code());
    assertEquals(1, tries.get());
  }

  @Test
  void whoNeedsTheCodeDoesWhatSomebodyHasClaimedAndNotBegun() {
    var compilation = new Compilation(this::counted);
    compilation.giveUp();
    compilation.claim();
    assertEquals(0, tries.get());
    KernelCode code = compilation.code();
    assertSame(code, compilation.code());
    assertEquals(1, tries.get());
  }

  @Test
  void whoeverNeedsTheCodeMeetsTheError() {
    var compilation =
        new Compilation(() -> {
          if (tries.incrementAndGet() < 3) {
            throw new IllegalStateException("try " + tries);
          }
          return code();
        });
    assertEquals(
        "try 1", assertThrows(IllegalStateException.class, compilation::claim).getMessage());
    compilation.claim();
    assertEquals(
        "try 2", assertThrows(IllegalStateException.class, compilation::code).getMessage());
    assertSame(compilation.code(), compilation.code());
    assertEquals(3, tries.get());
  }

  @Test
  void whoNeedsTheCodeWaitsForWhoIsAtIt() throws InterruptedException {
    Thread needs = Thread.currentThread();
    var begun = new CountDownLatch(1);
    var compilation =
        new Compilation(() -> {
          begun.countDown();
          while (needs.getState() != Thread.State.BLOCKED) {
            Thread.onSpinWait();
          }
          return counted();
        });
    Thread other = new Thread(compilation::claim);
    other.start();
    begun.await();
    assertSame(compilation.code(), compilation.code());
    other.join();
    assertEquals(1, tries.get());
  }
}
