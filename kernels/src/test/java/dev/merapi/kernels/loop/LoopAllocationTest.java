package dev.merapi.kernels.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.merapi.kernels.emit.Lanes;
import dev.merapi.kernels.emit.TieredKernel.State;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoopAllocationTest {
  private static final int RUNS = 5_000;

  /// Also shows that the warm-up visited every branch: a vector class that meets a new one goes
  /// back to the interpreter, which makes an object of each vector.
  ///
  /// The long bodies are left out: above some 150 operations it depends on chance whether C2 keeps
  /// every vector in a register.
  @ParameterizedTest
  @EnumSource(names = ".*LONG_BODY", mode = EnumSource.Mode.MATCH_NONE)
  void warmRunsAllocateNothing(SampleNests sample) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (NestRun run = new NestRun(sample.of(1009), Lanes.widest())) {
      assertEquals(State.HOT, run.kernel().kernel().warmUp(Duration.ofSeconds(120)));
      BoundLoops loops = run.bind();
      run.fill();
      repeat(loops, run.scratch(), 20);
      long atOnce = threads.getCurrentThreadAllocatedBytes();
      repeat(loops, run.scratch(), 20);
      long first = threads.getCurrentThreadAllocatedBytes() - atOnce;
      assertTrue(first < 20_000, "bytes of the first runs: " + first);
      repeat(loops, run.scratch(), RUNS);
      long before = threads.getCurrentThreadAllocatedBytes();
      repeat(loops, run.scratch(), RUNS);
      double each = (threads.getCurrentThreadAllocatedBytes() - before) / (double) RUNS;
      assertEquals(0, each, 0.2, "bytes of one run");
    }
  }

  private static void repeat(BoundLoops loops, long scratch, int times) {
    for (int i = 0; i < times; i++) {
      loops.run(0, loops.units(), scratch);
    }
  }
}
