package dev.merapi.kernels.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class TieredKernelTest {
  /// A kernel that writes a number.
  private record Writer(int number) implements Kernel {
    @Override
    public void run(long p0, long p1, long p2, long p3, long p4, long p5) {
      Memory.ALL.set(ValueLayout.JAVA_INT_UNALIGNED, p0, number);
    }
  }

  /// Claims so many operations that any kernel is fast, or so few that none is.
  private record Claim(long operations) implements Trial {
    @Override
    public long bytes() {
      return 64;
    }

    @Override
    public void drive(Kernel kernel, long memory) {
      kernel.run(memory, 0, 0, 0, 0, 0);
    }
  }

  private static TieredKernel of(Kernel twin, Kernel vector, long operations) {
    return new TieredKernel(twin, () -> vector, new Claim(operations));
  }

  @Test
  void theVectorClassServesOnceItIsFastAndRight() {
    Writer twin = new Writer(1);
    Writer vector = new Writer(1);
    TieredKernel kernel = of(twin, vector, 1_000_000);
    assertSame(twin, kernel.current());
    assertEquals(TieredKernel.State.HOT, kernel.warmUp(Duration.ofSeconds(60)));
    assertSame(vector, kernel.current());
  }

  @Test
  void aVectorClassWithOtherBitsIsRefused() {
    Writer twin = new Writer(1);
    TieredKernel kernel = of(twin, new Writer(2), 1_000_000);
    assertEquals(TieredKernel.State.REFUSED, kernel.warmUp(Duration.ofSeconds(60)));
    assertSame(twin, kernel.current());
  }

  @Test
  void aSlowVectorClassStaysOut() {
    Writer twin = new Writer(1);
    Writer fast = new Writer(1);
    Kernel slow =
        (a, b, c, d, e, f) -> {
          LockSupport.parkNanos(100_000);
          fast.run(a, b, c, d, e, f);
        };
    TieredKernel kernel = of(twin, slow, 0);
    assertEquals(TieredKernel.State.COLD, kernel.warmUp(Duration.ofMillis(50)));
    assertSame(twin, kernel.current());
  }

  /// As one does in which C2 left a call: the vector that is handed over becomes an object.
  @Test
  void aVectorClassThatAllocatesStaysOut() {
    Writer twin = new Writer(1);
    Allocating vector = new Allocating(twin);
    TieredKernel kernel = of(twin, vector, 1_000_000);
    assertEquals(TieredKernel.State.COLD, kernel.warmUp(Duration.ofMillis(100)));
    assertSame(twin, kernel.current());
    vector.allocates = false;
    assertEquals(TieredKernel.State.HOT, kernel.warmUp(Duration.ofSeconds(60)));
    assertSame(vector, kernel.current());
  }

  private static final class Allocating implements Kernel {
    private final Kernel work;
    private boolean allocates = true;
    private Object left = "";

    Allocating(Kernel work) {
      this.work = work;
    }

    @Override
    public void run(long p0, long p1, long p2, long p3, long p4, long p5) {
      if (allocates) {
        left = new Object[] {left.getClass()};
      }
      work.run(p0, p1, p2, p3, p4, p5);
    }
  }

  private static TieredKernel impatient(Kernel twin, Kernel vector, long operations) {
    return new TieredKernel(
        twin, () -> vector, new Claim(operations), Attempt.first(10, Duration.ofNanos(1)));
  }

  private static Kernel slowly(int micros, Kernel kernel) {
    return (a, b, c, d, e, f) -> {
      LockSupport.parkNanos(micros * 1_000L);
      kernel.run(a, b, c, d, e, f);
    };
  }

  @Test
  void whatNeverGetsFastIsGivenUpInTheEnd() {
    Writer twin = new Writer(1);
    TieredKernel kernel = impatient(twin, slowly(100, new Writer(1)), 0);
    for (int parts = 0; !kernel.state().isFinal(); parts++) {
      assertTrue(parts < 10_000);
      kernel.warmUp(Duration.ofMillis(1));
    }
    assertEquals(TieredKernel.State.STUCK, kernel.state());
    assertSame(twin, kernel.current());
  }

  @Test
  void whatGetsFasterThanItsTwinServesAllTheSame() {
    Kernel vector = slowly(100, new Writer(1));
    TieredKernel kernel = impatient(slowly(5_000, new Writer(1)), vector, 0);
    assertEquals(TieredKernel.State.SLOW, kernel.warmUp(Duration.ofMinutes(5)));
    assertSame(vector, kernel.current());
  }

  @Test
  void anInterruptEndsAWarmUpAndStays() {
    TieredKernel kernel = of(new Writer(1), slowly(100, new Writer(1)), 0);
    Thread.currentThread().interrupt();
    assertEquals(TieredKernel.State.COLD, kernel.warmUp(Duration.ofDays(1)));
    assertTrue(Thread.interrupted());
  }

  @Test
  void nobodyWaitsLongerThanAskedForAWarmUpThatGoesOnElsewhere() throws InterruptedException {
    TieredKernel kernel = of(new Writer(1), slowly(100, new Writer(1)), 0);
    Thread other = Thread.ofPlatform().start(() -> kernel.warmUp(Duration.ofDays(1)));
    while (other.getState() == Thread.State.NEW) {
      Thread.onSpinWait();
    }
    assertEquals(TieredKernel.State.COLD, kernel.warmUp(Duration.ofMillis(20)));
    other.interrupt();
    other.join();
  }

  @Test
  void kernelsOfOneStructureAreShared() {
    KernelCache cache = new KernelCache();
    TieredKernel first = cache.get("a", () -> of(new Writer(1), new Writer(1), 1));
    assertSame(first, cache.get("a", () -> of(new Writer(1), new Writer(1), 1)));
    assertNotSame(first, cache.get("b", () -> of(new Writer(1), new Writer(1), 1)));
    assertEquals(2, cache.size());
  }

  @Test
  void kernelsThatNobodyHoldsAreDropped() throws InterruptedException {
    KernelCache cache = new KernelCache();
    cache.get("a", () -> of(new Writer(1), new Writer(1), 1));
    for (int i = 0; i < 100 && cache.size() > 0; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertEquals(0, cache.size());
  }
}
