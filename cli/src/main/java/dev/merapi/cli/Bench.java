package dev.merapi.cli;

import dev.merapi.CompiledModel;
import dev.merapi.Inspection;
import dev.merapi.Model;
import dev.merapi.Session;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `merapi bench`: how fast a model serves.
@Command(
    name = "bench",
    description = "Measures how fast a model serves, with random inputs.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footer = {"", "In a checkout, `./merapi bench` with anything but a MODEL runs JMH benchmarks."})
final class Bench implements Callable<Integer> {
  @Mixin private final Output output = new Output();
  @Mixin private final Compute compute = new Compute();
  @Mixin private final Sizes sizes = new Sizes();

  @Parameters(paramLabel = "MODEL", description = "The model file, such as lenet.merapi.")
  private Path file;

  @Option(
      names = "--batch",
      paramLabel = "N",
      converter = Positive.class,
      description = "Examples in one run (default: 1).")
  private Optional<Integer> batch;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "3",
      description = "How long to measure (default: 3).")
  private double seconds;

  @Override
  public Integer call() {
    if (!(seconds > 0 && seconds <= 3600)) {
      throw output.wrongUsage("--seconds: not between 0 and 3600: %s", seconds);
    }
    var options = compute.options(output);
    long start = System.nanoTime();
    Model model = ModelFile.load(file);
    long loaded = System.nanoTime();
    Map<String, Long> bound = sizes.with(model, examples(model), output);
    try (CompiledModel compiled = model.compile(Timing.bound(options, bound))) {
      long made = System.nanoTime();
      output.print(
          "%s: %,d parameters, %s, %s",
          model.name(), model.parameterCount(), Sizes.text(bound), threads(compute.threads()));
      printLine("load", Timing.time(loaded - start));
      printLine("compile", Timing.time(made - loaded));
      compiled.warmUp();
      printLine("warm-up", Timing.time(System.nanoTime() - made));
      compiled.diagnostics().forEach(line -> printLine("note", line));
      try (Session session = compiled.newSession()) {
        SampleInputs.fill(session);
        print(Timing.of(session, seconds), batch.orElse(1), Inspection.of(model, bound).flops());
      }
      printLine("off-heap", compiled.memory().toString());
    }
    return ExitCode.OK;
  }

  private Map<String, Long> examples(Model model) {
    if (batch.isEmpty()) {
      return Map.of();
    }
    var names = Sizes.examples(model);
    if (names.isEmpty()) {
      throw output.wrongUsage("--batch: the first sizes of the model's inputs are constant");
    }
    var all = new TreeMap<String, Long>();
    names.forEach(name -> all.put(name, (long) batch.get()));
    return all;
  }

  private void print(Timing timing, int examples, long flops) {
    for (double percentile : new double[] {50, 99, 99.9}) {
      String name = percentile == 99.9 ? "p99.9" : "p" + (int) percentile;
      printLine(name, Timing.time(timing.nanos(percentile)));
    }
    printLine("slowest", Timing.time(timing.times().getMaxValue()));
    double runs = timing.runs() / timing.seconds();
    String rate = String.format(Locale.ROOT, "%,.0f runs/s", runs);
    printLine(
        "throughput",
        examples == 1
            ? rate
            : rate + String.format(Locale.ROOT, ", %,.0f examples/s", runs * examples));
    if (flops > 0) {
      double speed = flops / timing.nanos(50);
      printLine(
          "arithmetic",
          String.format(Locale.ROOT, "%.1f GFLOP/s (%,d FLOPs a run, at the p50)", speed, flops));
    }
    printLine(
        "java heap",
        String.format(Locale.ROOT, "%.0f bytes allocated a run", timing.bytesPerRun()));
    printLine(
        "measured",
        String.format(Locale.ROOT, "%,d runs in %.1f s", timing.runs(), timing.seconds()));
  }

  private static String threads(int count) {
    return count == 1 ? "1 thread" : count + " threads";
  }

  private void printLine(String name, String text) {
    output.print("  %-10s  %s", name, text);
  }
}
