package dev.merapi.kernels.jit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/// Counts what the current thread allocates on the Java heap.
///
/// A vector that C2 keeps in a register is no object. One that is handed to a call which was not
/// compiled into an instruction is, so bytes tell what no clock does: whether all of a kernel's
/// calls became instructions.
final class Allocations {
  private static final long UNCOUNTED = -1;
  private static final LongSupplier COUNTER = counter();

  private Allocations() {}

  /// Bytes since the thread began; the same number always where they are not counted.
  static long bytes() {
    return COUNTER.getAsLong();
  }

  /// Whether they are counted: not in virtual threads, and not in a JVM without the module
  /// `jdk.management`.
  static boolean areCounted() {
    return bytes() != UNCOUNTED;
  }

  private static LongSupplier counter() {
    try {
      if (ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
          && threads.isThreadAllocatedMemorySupported()) {
        return threads::getCurrentThreadAllocatedBytes;
      }
    } catch (LinkageError _) {
      // On the class path nothing asks for the module.
    }
    return () -> UNCOUNTED;
  }
}
