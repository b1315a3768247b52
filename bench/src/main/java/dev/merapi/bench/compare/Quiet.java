package dev.merapi.bench.compare;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Waits until no thread of this process computes: the other runtime's workers spin for a while
/// after a call, and the JIT may be at work.
///
/// It looks at the processor time of the whole process while the caller sleeps, which the system
/// tells in nanoseconds through `clock_gettime`; the JDK's own figure moves in steps of 10 ms.
final class Quiet {
  private static final long LOOK_NANOS = 500_000;
  private static final double BUSY_SHARE = 0.1;
  private static final Duration PATIENCE = Duration.ofMillis(200);
  private static final int LINUX_PROCESS_CLOCK = 2;
  private static final int MAC_PROCESS_CLOCK = 12;

  private final MethodHandle gettime;
  private final MemorySegment time = Arena.ofAuto().allocate(JAVA_LONG, 2);
  private final int clock;

  Quiet() {
    var linker = Linker.nativeLinker();
    gettime =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("clock_gettime"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    boolean mac = System.getProperty("os.name").startsWith("Mac");
    clock = mac ? MAC_PROCESS_CLOCK : LINUX_PROCESS_CLOCK;
  }

  /// Waits, but not longer than 200 ms.
  void await() {
    long start = System.nanoTime();
    while (isBusy() && System.nanoTime() - start < PATIENCE.toNanos()) {
      Thread.onSpinWait();
    }
  }

  private boolean isBusy() {
    long before = System.nanoTime();
    long worked = processNanos();
    LockSupport.parkNanos(LOOK_NANOS);
    worked = processNanos() - worked;
    return worked > BUSY_SHARE * (System.nanoTime() - before);
  }

  private long processNanos() {
    try {
      if ((int) gettime.invokeExact(clock, time) != 0) {
        throw new IllegalStateException("clock_gettime failed: clock=" + clock);
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("clock_gettime does not throw", e);
    }
    return time.getAtIndex(JAVA_LONG, 0) * 1_000_000_000L + time.getAtIndex(JAVA_LONG, 1);
  }
}
