package dev.merapi.cli;

import dev.merapi.examples.Example;
import dev.merapi.examples.Examples;
import dev.merapi.examples.Outcome;
import dev.merapi.examples.Settings;
import dev.merapi.train.FitOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `merapi train`: trains an example, and says how well and how fast it works.
@Command(
    name = "train",
    description = "Trains an example and measures it; its --help lists them.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class Train implements Callable<Integer> {
  @Mixin private final Output output = new Output();
  @Mixin private final Compute compute = new Compute();

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      completionCandidates = ExampleName.class,
      description = "The example, such as lenet.")
  private Optional<String> name;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      converter = Positive.class,
      description = "How often each row of the data is seen (default: the example's own).")
  private Optional<Integer> epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      converter = Positive.class,
      description = "Rows in one step (default: the example's own).")
  private Optional<Integer> batch;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides first weights, order, and all else that is random (default: 1).")
  private long seed;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "A folder to read data from, in the place of those that are bundled: for the digits, the"
              + " four IDX files of MNIST, packed with gzip or not.")
  private Optional<Path> data;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Saves the trained model, as FILE.merapi.")
  private Optional<Path> file;

  @Option(
      names = "--checkpoints",
      paramLabel = "DIR",
      description = "Saves the state of training to this folder after each epoch.")
  private Optional<Path> checkpoints;

  @Option(
      names = "--resume",
      description = "Goes on at the last checkpoint, with the same bits as if it had not stopped.")
  private boolean resume;

  @Override
  public Integer call() {
    Example example = example();
    file.ifPresent(ModelFile::checkWritable);
    data.ifPresent(folder -> FileChecks.checkFolder("data", folder));
    checkpoints.ifPresent(Train::makeFolder);
    if (resume && checkpoints.isEmpty()) {
      throw output.wrongUsage("--resume needs --checkpoints DIR");
    }
    Settings settings = settings(example);
    output.print(
        "%s: %s (epochs %d, batch %d, seed %d)",
        example.name(), example.description(), settings.epochs(), settings.batch(), seed);
    Outcome outcome = example.train(settings);
    file.ifPresent(target -> save(outcome, target));
    var one = Timing.ofOneExample(outcome.model(), compute.options(output));
    output.print(
        "latency of one example: p50 %s, p99 %s (%,d runs)",
        Timing.time(one.nanos(50)), Timing.time(one.nanos(99)), one.runs());
    output.print("%s %.4f", outcome.metric(), outcome.value());
    return ExitCode.OK;
  }

  private Example example() {
    return ExampleName.find(
        name.orElseThrow(() ->
            output.wrongUsage(
                "train needs the NAME of an example: %s", String.join(", ", ExampleName.all()))),
        output);
  }

  /// The examples with what they do, for the end of the help.
  static String[] list() {
    var table = new Columns("ll");
    Examples.all().forEach(each -> table.row("  " + each.name(), each.description()));
    // picocli reads % as the start of a variable and @ as that of a style.
    String text = table.toString().replace("%", "%%");
    return ("%nExamples:%n" + text).split("\\R");
  }

  private Settings settings(Example example) {
    var more = new ArrayList<FitOption>();
    more.add(FitOption.quiet()); // the display below takes the place of the toolkit's own
    more.add(FitOption.listen(Display.on(output)));
    checkpoints.ifPresent(folder -> more.add(FitOption.checkpointTo(folder)));
    if (resume) {
      more.add(FitOption.resume());
    }
    return new Settings(
        epochs.orElse(example.defaults().epochs()),
        batch.orElse(example.defaults().batch()),
        seed,
        compute.options(output),
        data,
        more,
        line -> output.print("%s", line));
  }

  private void save(Outcome outcome, Path target) {
    outcome.model().save(target);
    try {
      output.print("saved %s (%,d bytes)", target, Files.size(target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void makeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
