package dev.merapi.cli;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.Model;
import dev.merapi.Session;
import dev.merapi.TrainStep;
import dev.merapi.data.Dataset;
import dev.merapi.examples.Digits;
import dev.merapi.examples.LeNet;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `merapi train`: trains a network on bundled data, and says how well and how fast it works.
@Command(
    name = "train",
    description = "Trains a network on bundled data and measures it.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class Train implements Callable<Integer> {
  private static final int MOST_THREADS = 256;
  private static final int MOST_IMAGES = 8000;

  @Mixin private final Output output = new Output();

  @Parameters(
      paramLabel = "NAME",
      converter = Trainable.Converter.class,
      description = "The network: lenet (reads handwritten digits).")
  private Trainable network;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      converter = Positive.class,
      defaultValue = "8",
      description = "How often each image is seen (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      converter = Positive.class,
      defaultValue = "32",
      description = "Images in one step, 8000 at most (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides first weights and order (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = Positive.class,
      defaultValue = "1",
      description = "Threads of one step; results do not depend on it (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description = "The backend, as `merapi doctor` lists them (default: ${DEFAULT-VALUE}).")
  private String backend;

  @Override
  public Integer call() {
    checkLimits();
    switch (network) {
      case LENET -> leNet(output.writer());
    }
    return ExitCode.OK;
  }

  private void checkLimits() {
    if (batch > MOST_IMAGES) {
      throw output.wrongUsage("--batch: more images than there are: %d, of %d", batch, MOST_IMAGES);
    }
    if (threads > MOST_THREADS) {
      throw output.wrongUsage("--threads: more than allowed: %d, of %d", threads, MOST_THREADS);
    }
  }

  private void leNet(PrintWriter out) {
    CompileOptions options = CompileOptions.on(backend).threads(threads);
    double rate = LeNet.Settings.of(options).rate();
    var settings = new LeNet.Settings(epochs, batch, seed, rate, options);
    Model model = LeNet.model(seed);
    print(out, "LeNet: %d parameters; warming up its kernels", model.parameterCount());
    long start = System.nanoTime();
    try (TrainStep step = LeNet.compile(model, settings)) {
      print(out, "warm after %.1f s", (System.nanoTime() - start) / 1e9);
      try (EpochDisplay display = EpochDisplay.on(out)) {
        LeNet.train(step, settings, display);
      }
      step.writeTo(model);
    }
    serve(model, out);
  }

  /// Reads the test digits one by one, as a service would.
  private void serve(Model model, PrintWriter out) {
    Dataset test = Digits.testSet();
    CompileOptions options = CompileOptions.on(backend).size("N", 1);
    try (CompiledModel compiled = model.compile(options).warmUp();
        Session session = compiled.newSession()) {
      double accuracy = LeNet.accuracy(session, test);
      print(out, "latency of one image: %s", Latency.of(session));
      print(out, "test accuracy %.4f", accuracy);
    }
  }

  private static void print(PrintWriter out, String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }
}
