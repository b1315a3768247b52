package dev.merapi.kernels.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.loop.NestRun.Form;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoopAllocationTest {
  private static final int RUNS = 5_000;
  private static final int ROUNDS = 20;

  @ParameterizedTest
  @EnumSource
  void warmRunsAllocateNothing(SampleNests sample) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (NestRun run = new NestRun(sample.of(1009), Lanes.widest())) {
      var twin = run.run(Form.TWIN);
      assertTrue(run.tiers().warmUp(Duration.ofSeconds(120)).hasVectors());
      LoopKernelTest.assertSameBits(twin, run.run(), sample + " compiled");
      BoundLoops loops = run.bind();
      run.fill();
      assertEquals(0, leastAllocation(threads, loops, run.scratch()), "bytes of a round of runs");
    }
  }

  /// The bytes of the best of some rounds. The JIT may throw a method away once or twice when it
  /// learns more; a kernel that boxes its vectors does so in every round.
  private static long leastAllocation(ThreadMXBean threads, BoundLoops loops, long scratch) {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS && least > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      repeat(loops, scratch, RUNS);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  private static void repeat(BoundLoops loops, long scratch, int times) {
    for (int i = 0; i < times; i++) {
      loops.calls(Calls.NOW, 0, loops.units(), scratch);
    }
  }
}
