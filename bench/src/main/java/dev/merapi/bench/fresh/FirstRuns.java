package dev.merapi.bench.fresh;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.Model;
import dev.merapi.Session;
import java.util.Arrays;

/// What a fresh JVM runs: it compiles a network, runs it, and says how long that took.
final class FirstRuns {
  private static final int RUNS = 30;

  private FirstRuns() {}

  /// Prints microseconds: of the compilation, of each run.
  ///
  /// @param args the name of a [LargeNetwork]
  static void main(String[] args) {
    LargeNetwork network = LargeNetwork.valueOf(args[0]);
    Model model = network.model();
    long[] nanos = new long[1 + RUNS];
    long start = System.nanoTime();
    try (CompiledModel compiled = model.compile(CompileOptions.cpu());
        Session session = compiled.newSession()) {
      nanos[0] = System.nanoTime() - start;
      session.input("x").copyFrom(network.x());
      for (int i = 1; i <= RUNS; i++) {
        start = System.nanoTime();
        session.run();
        nanos[i] = System.nanoTime() - start;
      }
    }
    Figures.print(Arrays.stream(nanos).map(each -> each / 1000).toArray());
  }
}
