package dev.merapi.cli;

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
    double least = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long first = allocated();
      long before = allocated();
      long asking = before - first; // what the question itself takes: some hundred bytes
      long start = System.nanoTime();
      long calls = 0;
      while (calls == 0 || System.nanoTime() - start < ROUND_NANOS) {
        call.run();
        calls++;
      }
      long bytes = Math.max(0, allocated() - before - asking);
      least = Math.min(least, (double) bytes / calls);
    }
    return least;
  }

  private static long allocated() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getTotalThreadAllocatedBytes();
  }
}
