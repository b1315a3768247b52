package dev.merapi.kernels.gemm;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;

/// Counts the Java heap that runs of a plan take.
final class AllocationProbe {
  private static final int WARM_UP = 20_000;
  private static final int RUNS = 20_000;

  /// Bytes of [#RUNS] runs, measured after as many others.
  long bytesOfWarmRuns(GemmPlan plan) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Problem problem = plan.problem();
    try (Arena arena = Arena.ofConfined()) {
      long a = arena.allocate(4L * problem.m() * problem.k(), 64).address();
      long bytesB = Math.max(plan.weightBytes(), 4L * problem.k() * problem.n());
      long b = arena.allocate(bytesB, 64).address();
      long c = arena.allocate(4L * problem.m() * problem.n(), 64).address();
      long workspace = arena.allocate(plan.workspaceBytes(1), 64).address();
      run(plan, a, b, c, workspace, WARM_UP);
      long before = threads.getCurrentThreadAllocatedBytes();
      run(plan, a, b, c, workspace, RUNS);
      return threads.getCurrentThreadAllocatedBytes() - before;
    }
  }

  private static void run(GemmPlan plan, long a, long b, long c, long workspace, int times) {
    for (int i = 0; i < times; i++) {
      plan.run(a, b, c, workspace, 0, 1);
    }
  }
}
