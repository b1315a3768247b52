package dev.merapi.bench.compare;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// Counts what calls allocate on the Java heap, in all threads.
final class HeapUse {
  private static final int ROUNDS = 5;
  private static final long ROUND_NANOS = 50_000_000;

  private HeapUse() {}

  /// Bytes of one call, over the best of five rounds of 50 ms: other threads of the JVM allocate
  /// now and then.
  static double bytesPerCall(Runnable call) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    double least = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long own = -threads.getTotalThreadAllocatedBytes() + threads.getTotalThreadAllocatedBytes();
      long before = threads.getTotalThreadAllocatedBytes();
      long start = System.nanoTime();
      int calls = 0;
      while (calls == 0 || System.nanoTime() - start < ROUND_NANOS) {
        call.run();
        calls++;
      }
      long allocated = threads.getTotalThreadAllocatedBytes() - before - own;
      least = Math.min(least, Math.max(0, allocated) / (double) calls);
    }
    return least;
  }
}
