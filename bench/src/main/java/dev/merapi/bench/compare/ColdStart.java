package dev.merapi.bench.compare;

import dev.merapi.CompileOptions;
import dev.merapi.Model;
import dev.merapi.bench.compare.Workload.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// What a fresh JVM runs: it loads a network, runs it, and says how long that took.
///
/// Until the first result there is nothing in it that only one of the two runtimes has to pay for.
final class ColdStart {
  /// Runs of which each is told.
  static final int FIRST_RUNS = 10;

  private static final int RUNS_BEFORE_P50 = 1000;
  private static final Path STATUS = Path.of("/proc/self/status");

  private ColdStart() {}

  /// @param args runtime (`merapi` or `onnxruntime`), file, elements of the input `x`, its sizes,
  ///   sizes of the output, all lists with commas
  static void main(String[] args) throws IOException {
    LoadedNetwork network = load(args);
    long[] firstRuns = new long[FIRST_RUNS];
    firstRuns[0] = nanos(network);
    long firstResult = System.currentTimeMillis();
    float[] output = network.output();
    for (int i = 1; i < FIRST_RUNS; i++) {
      firstRuns[i] = nanos(network);
    }
    for (int i = FIRST_RUNS; i < RUNS_BEFORE_P50; i++) {
      network.run();
    }
    long[] later = new long[RUNS_BEFORE_P50];
    for (int i = 0; i < later.length; i++) {
      later[i] = nanos(network);
    }
    Arrays.sort(later);
    var figures =
        new ColdFigures(firstResult, firstRuns, later[later.length / 2], residentBytes(), output);
    System.out.println(figures.line());
  }

  private static LoadedNetwork load(String[] args) {
    Path file = Path.of(args[1]);
    long[] from = sizes(args[2]);
    float[] x = input(from);
    return args[0].equals("merapi")
        ? MerapiNetwork.of(Model.load(file), (int) from[0], CompileOptions.cpu(), Start.COLD, x)
        : OnnxRuntimeNetwork.of(file, 1, from, sizes(args[3]), x);
  }

  private static long[] sizes(String text) {
    String[] words = text.split(",");
    long[] sizes = new long[words.length];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Long.parseLong(words[i]);
    }
    return sizes;
  }

  /// Numbers of both signs, made without a class of either runtime.
  private static float[] input(long[] sizes) {
    long elements = 1;
    for (long size : sizes) {
      elements *= size;
    }
    float[] x = new float[Math.toIntExact(elements)];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i % 17 - 8) * 0.125f;
    }
    return x;
  }

  private static long nanos(LoadedNetwork network) {
    long start = System.nanoTime();
    network.run();
    return System.nanoTime() - start;
  }

  /// Memory of the process that lies in RAM; 0 where the system does not say.
  private static long residentBytes() throws IOException {
    if (!Files.exists(STATUS)) {
      return 0;
    }
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    return 0;
  }
}
