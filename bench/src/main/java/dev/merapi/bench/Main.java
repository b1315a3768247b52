package dev.merapi.bench;

import dev.merapi.bench.compare.Cold;
import dev.merapi.bench.fresh.FreshBench;
import java.io.IOException;
import java.util.Arrays;

/// What `./merapi bench` runs: a side-by-side run by its name, or JMH with the arguments given.
final class Main {
  private Main() {}

  static void main(String[] args) throws IOException {
    String name = args.length == 0 ? "" : args[0];
    switch (name) {
      case "" -> usage();
      case "peak" -> PeakProbe.main();
      case "gemm" -> GemmBench.main();
      case "conv" -> ConvBench.main();
      case "fresh" -> FreshBench.main();
      case "sizes" -> SizesBench.main(Arrays.copyOfRange(args, 1, args.length));
      case "cold" -> Cold.main(Arrays.copyOfRange(args, 1, args.length));
      default -> org.openjdk.jmh.Main.main(args);
    }
  }

  private static void usage() {
    System.out.print(
        """
        ./merapi bench MODEL [...]  how fast a saved model serves: see ./merapi bench --help
        ./merapi bench gemm         matrix product beside OpenBLAS, one thread
        ./merapi bench conv         3x3 convolutions beside the FMA peak, one thread
        ./merapi bench cold [...]   fresh JVMs beside ONNX Runtime's: the first result, the first runs, memory
        ./merapi bench fresh        fresh JVMs: compiling large networks, their first runs, first epochs of fit
        ./merapi bench sizes [...]  models of up to 256 rows, asked for each number of them: lenet, encoder ...
        ./merapi bench peak         the FMA peak of one core
        ./merapi bench -l           lists the JMH benchmarks
        ./merapi bench REGEX [...]  runs those whose name matches; the rest goes to JMH, as -prof gc
        """);
  }
}
