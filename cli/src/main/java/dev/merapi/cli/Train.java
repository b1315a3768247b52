package dev.merapi.cli;

import dev.merapi.CompileOptions;
import dev.merapi.examples.LeNet;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `merapi train NAME`: trains one of the examples and serves it.
@Command(
    name = "train",
    description = "Trains an example on the bundled data and serves it.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class Train implements Callable<Integer> {
  /// What can be trained.
  enum Example {
    /// Handwritten digits with LeNet-5.
    LENET
  }

  @Mixin private final Output output = new Output();

  @Parameters(paramLabel = "NAME", description = "What to train: ${COMPLETION-CANDIDATES}.")
  private Example example = Example.LENET;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "10",
      description = "How often all images are seen (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "64",
      description = "Images of one step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of weights and shuffling; the same seed gives the same numbers (default: 1).")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads of one step; results do not depend on it (default: 1).")
  private int threads;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description = "The backend, as `merapi doctor` lists them (default: ${DEFAULT-VALUE}).")
  private String backend;

  @Override
  public Integer call() {
    Options.atLeastOne("--epochs", epochs);
    Options.atLeastOne("--batch", batch);
    Options.atLeastOne("--threads", threads);
    PrintWriter out = output.writer();
    var options = CompileOptions.on(backend).threads(threads);
    switch (example) {
      case LENET -> lenet(options, out);
    }
    return ExitCode.OK;
  }

  private void lenet(CompileOptions options, PrintWriter out) {
    var usual = LeNet.Settings.of(options);
    var settings = new LeNet.Settings(epochs, batch, seed, usual.rate(), options);
    LeNet.Result result = LeNet.run(settings, line -> {
      out.println(line);
      out.flush();
    });
    out.printf(Locale.ROOT, "latency of one image %.1f us (median)%n", result.latencyMicros());
    out.printf(Locale.ROOT, "test accuracy %.4f%n", result.accuracy());
    out.flush();
  }
}
