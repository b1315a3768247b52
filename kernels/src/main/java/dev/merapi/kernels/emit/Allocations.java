package dev.merapi.kernels.emit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// Counts what the current thread allocates on the Java heap.
///
/// A vector that C2 keeps in a register is no object. One that is handed to a call which was not
/// compiled into an instruction is, so bytes tell what no clock does: whether all of a kernel's
/// calls became instructions.
final class Allocations {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocations() {}

  /// Bytes since the thread began; always the same number where they are not counted, as in virtual
  /// threads.
  static long bytes() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }
}
