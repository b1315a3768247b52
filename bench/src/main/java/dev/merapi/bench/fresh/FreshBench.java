package dev.merapi.bench.fresh;

import dev.merapi.Model;
import dev.merapi.kernels.CpuBackendProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// `./merapi bench fresh`: what networks cost a JVM that has just been started: compiling and the
/// first runs of large ones, the first epoch of a training.
public final class FreshBench {
  private static final List<String> FLAGS = List.of("--enable-native-access=ALL-UNNAMED");

  private FreshBench() {}

  public static void main() throws IOException {
    Path folder = Files.createTempDirectory("merapi-fresh");
    try {
      var jars =
          FreshJvm.jars(folder, List.of(FreshBench.class, Model.class, CpuBackendProvider.class));
      var jvm = new FreshJvm(FLAGS, jars);
      print("%-16s %10s %30s %10s", "batch 1, ms", "compile", "runs 1, 2, 3", "median");
      for (LargeNetwork each : LargeNetwork.values()) {
        print("%s", runs(each, Figures.parse(jvm.run(FirstRuns.class, args(each)).out())));
      }
      print("%-16s %10s %30s %10s", "epochs, ms", "first", "second, third", "first/2nd");
      for (TrainedNetwork each : TrainedNetwork.values()) {
        print("%s", epochs(each, Figures.parse(jvm.run(FirstEpochs.class, args(each)).out())));
      }
    } finally {
      delete(folder);
    }
  }

  private static List<String> args(Enum<?> network) {
    return List.of(network.name());
  }

  /// @param micros of compiling and of each run
  static String runs(Enum<?> network, long... micros) {
    long[] sorted = Arrays.copyOfRange(micros, 1, micros.length);
    Arrays.sort(sorted);
    return row(network, millis(micros[0]), millis(micros, 1, 4), millis(sorted[sorted.length / 2]));
  }

  /// @param micros of each epoch
  static String epochs(Enum<?> network, long... micros) {
    String ratio = String.format(Locale.ROOT, "%.2f", (double) micros[0] / micros[1]);
    return row(network, millis(micros[0]), millis(micros, 1, micros.length), ratio);
  }

  private static String row(Enum<?> network, String first, String next, String last) {
    String name = network.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return String.format(Locale.ROOT, "%-16s %10s %30s %10s", name, first, next, last);
  }

  private static String millis(long[] micros, int from, int to) {
    var text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append(i == from ? "" : " ").append(millis(micros[i]));
    }
    return text.toString();
  }

  private static String millis(long micros) {
    return String.format(Locale.ROOT, "%.1f", micros / 1e3);
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
