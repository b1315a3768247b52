package dev.merapi.kernels.jit;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.LongSupplier;

/// The time that the current thread has had a processor. Where others want it too, C2's threads get
/// as small a share as this one, so that patience with them is counted in this time and not in that
/// of the clock.
final class CpuTime {
  private static final LongSupplier CLOCK = clock();

  private CpuTime() {}

  /// Nanoseconds since some moment; those of the clock where a thread's own are not counted, as in
  /// virtual threads.
  static long nanos() {
    return CLOCK.getAsLong();
  }

  private static LongSupplier clock() {
    try {
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      if (threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled()) {
        return () ->
            Thread.currentThread().isVirtual()
                ? System.nanoTime()
                : threads.getCurrentThreadCpuTime();
      }
    } catch (LinkageError _) {
      // On the class path nothing asks for the module.
    }
    return System::nanoTime;
  }
}
