package dev.merapi.kernels.cpu;

import static dev.merapi.graph.TensorType.f32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.compiler.Pipeline;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.jit.TieredKernel;
import dev.merapi.kernels.jit.TieredKernel.State;
import dev.merapi.nn.Activations;
import dev.merapi.nn.Layers;
import dev.merapi.nn.Sequential;
import dev.merapi.spi.Executable;
import dev.merapi.spi.LoopLimits;
import dev.merapi.spi.Program.Parameters;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What programs of several sizes share, and what is said of those that are slow.
class TiersTest {
  private static final Model MODEL =
      Model.of(
          Sequential.of(Layers.dense(64, 48), Activations.relu(), Layers.dense(48, 40)),
          Model.input("x", f32("N", 64)),
          RandomKey.of(1));

  private static Executable compile(CpuBackend backend, long rows) {
    return backend.compile(
        Pipeline.compile(MODEL.graph(), Map.of("N", rows), Parameters.FROZEN, LoopLimits.COMMON),
        1);
  }

  private static Set<TieredKernel> kernels(Executable executable) {
    return ((CpuExecutable) executable).tieredKernels();
  }

  private static void adopt(Executable executable) {
    kernels(executable).forEach(kernel -> assertEquals(State.HOT, kernel.adopt()));
  }

  @Test
  void kernelsThatAreNotWarmAreNamedWithTheirPlace() {
    var backend = new CpuBackend(Lanes.widest());
    Executable executable = compile(backend, 64);
    assertFalse(executable.warmUp(Duration.ZERO));
    List<String> lines = executable.diagnostics();
    assertEquals(1, lines.size());
    String line = lines.getFirst();
    int all = kernels(executable).size();
    assertTrue(line.startsWith(all + " of " + all + " kernels run without vectors yet"), line);
    assertTrue(line.contains(" of Sequential.0+Sequential.1"), line);
    assertTrue(line.contains("strips"), line);

    TieredKernel one = kernels(executable).iterator().next();
    one.adopt();
    String fewer = executable.diagnostics().getFirst();
    assertTrue(fewer.startsWith(all - 1 + " of " + all + " kernels"), fewer);
    assertFalse(executable.warmUp(Duration.ZERO));

    adopt(executable);
    assertEquals(List.of(), executable.diagnostics());
    assertTrue(executable.warmUp(Duration.ZERO));
  }

  @Test
  void anotherSizeTakesOverWhatIsWarm() {
    var backend = new CpuBackend(Lanes.widest());
    Executable large = compile(backend, 64);
    adopt(large);
    Executable other = compile(backend, 53); // of strips of the same heights
    var common = new LinkedHashSet<>(kernels(other));
    common.retainAll(kernels(large));
    assertFalse(common.isEmpty());
    common.forEach(kernel -> assertEquals(State.HOT, kernel.state()));
  }

  /// As when a plan was given back, and its size is asked for again.
  @Test
  void aProgramCompiledAgainIsWarmAtOnce() throws InterruptedException {
    var backend = new CpuBackend(Lanes.widest());
    Executable first = compile(backend, 7);
    adopt(first);
    first.close();
    first = compile(backend, 64);
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertTrue(compile(backend, 7).warmUp(Duration.ZERO));
  }

  @Test
  void anInterruptEndsAWarmUpAndStays() {
    Executable executable = compile(new CpuBackend(Lanes.widest()), 64);
    Thread.currentThread().interrupt();
    assertFalse(executable.warmUp(Duration.ofDays(1)));
    assertTrue(Thread.interrupted());
  }
}
