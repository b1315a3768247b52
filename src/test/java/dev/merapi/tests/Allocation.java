package dev.merapi.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// What the calling thread takes from the Java heap.
final class Allocation {
  private Allocation() {}

  /// Bytes per run over many runs; what the JIT has still to remove of the first runs does not
  /// count.
  static void assertNone(Runnable run) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    double least = Double.MAX_VALUE;
    for (int turn = 0; turn < 20 && least >= 0.5; turn++) {
      int runs = 500;
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < runs; i++) {
        run.run();
      }
      least = Math.min(least, (double) (threads.getCurrentThreadAllocatedBytes() - before) / runs);
    }
    assertEquals(0, least, 0.5, "bytes a run");
  }
}
