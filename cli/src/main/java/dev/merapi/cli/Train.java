package dev.merapi.cli;

import static dev.merapi.train.FitOption.listen;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.MerapiException;
import dev.merapi.Model;
import dev.merapi.Session;
import dev.merapi.examples.Example;
import dev.merapi.examples.Examples;
import dev.merapi.examples.Outcome;
import dev.merapi.examples.Settings;
import dev.merapi.train.FitOption;
import dev.merapi.train.TrainingListener;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/// `merapi train`: trains a network on bundled data, and says how well and how fast it works.
@Command(
    name = "train",
    description = "Trains a network on bundled data and measures it.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class Train implements Callable<Integer> {
  /// Finds an example by its name.
  private static final class ExampleConverter implements ITypeConverter<Example> {
    @Override
    public Example convert(String name) {
      try {
        return Examples.named(name);
      } catch (MerapiException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  private static final int MOST_THREADS = 256;
  private static final int MOST_IMAGES = 8000;

  @Mixin private final Output output = new Output();

  @Parameters(
      paramLabel = "NAME",
      converter = ExampleConverter.class,
      description = "The network: lenet (reads handwritten digits).")
  private Example example;

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
    train(output.writer());
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

  private void train(PrintWriter out) {
    CompileOptions options = CompileOptions.on(backend).threads(threads);
    List<FitOption> more = List.of(listen(TrainingListener.lines(line -> print(out, "%s", line))));
    var settings = new Settings(epochs, batch, seed, options, Optional.empty(), more);
    Outcome outcome = example.train(settings);
    serve(outcome.model(), out);
    print(out, "%s %.4f", outcome.metric(), outcome.value());
  }

  /// Times a run on one row, as in a service.
  private void serve(Model model, PrintWriter out) {
    CompileOptions options = CompileOptions.on(backend).size("N", 1);
    try (CompiledModel compiled = model.compile(options).warmUp();
        Session session = compiled.newSession()) {
      print(out, "latency of one image: %s", Latency.of(session));
    }
  }

  private static void print(PrintWriter out, String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }
}
