package dev.merapi.kernels.cpu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.merapi.KernelTarget;
import dev.merapi.compiler.Pipeline;
import dev.merapi.drawn.Drawn;
import dev.merapi.drawn.GraphDrawing;
import dev.merapi.kernels.target.Targets;
import dev.merapi.spi.LoopLimits;
import dev.merapi.spi.Program.Parameters;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A run allocates nothing in a JVM that compiles nothing: no object is left to the JIT to remove,
/// which it does where it inlines enough, and that depends on all that ran before.
class InterpretedRunsTest {
  private static final int GRAPHS = 40;
  private static final int RUNS = 10;

  @ParameterizedTest
  @EnumSource(names = {"MACHINE", "SCALAR"})
  void allocateNothing(KernelTarget target) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xint",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                InterpretedRunsTest.class.getName(),
                target.name())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertEquals("graphs " + GRAPHS + "\n", said);
  }

  /// The process: says which graphs allocate, and how many there were.
  public static void main(String[] arguments) {
    var backend = new CpuBackend(Targets.of(KernelTarget.valueOf(arguments[0])).target());
    for (long seed = 0; seed < GRAPHS; seed++) {
      Drawn drawn = GraphDrawing.draw(seed);
      var program =
          Pipeline.compile(drawn.graph(), drawn.sizes(), Parameters.LIVE, LoopLimits.COMMON);
      try (var run = new ProgramRun(program, backend, 1, drawn.bindings())) {
        long bytes = bytesOfARun(run);
        if (bytes > 0) {
          System.out.println(
              "seed " + seed + ": " + bytes + " bytes a run of " + program.regions());
        }
      }
    }
    System.out.println("graphs " + GRAPHS);
  }

  private static long bytesOfARun(ProgramRun run) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < RUNS; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      run.runner().run();
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}
