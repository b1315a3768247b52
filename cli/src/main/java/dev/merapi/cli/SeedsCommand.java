package dev.merapi.cli;

import dev.merapi.examples.Example;
import dev.merapi.examples.Seeds;
import dev.merapi.examples.Seeds.Measure;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `merapi seeds`: what an example reaches, from seed to seed.
@Command(
    name = "seeds",
    description = "Trains an example with each seed of a range, and prints what it reaches.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footer = {"", "  merapi seeds lenet 1 5"})
final class SeedsCommand implements Callable<Integer> {
  @Mixin private final Output output = new Output();

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      completionCandidates = ExampleName.class,
      description = "The example: ${COMPLETION-CANDIDATES}.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "FIRST", description = "The first seed.")
  private long first;

  @Parameters(index = "2", paramLabel = "LAST", description = "The last seed.")
  private long last;

  @Parameters(
      index = "3",
      paramLabel = "MEASURE",
      arity = "0..1",
      defaultValue = "test",
      description =
          "test (the default), or validation: trained on 80 %% of the training data and measured"
              + " on the rest, which tells nothing of the test data.")
  private Measure measure = Measure.TEST;

  @Override
  public Integer call() {
    Example example = ExampleName.find(name, output);
    if (last < first) {
      throw output.wrongUsage("the last seed is before the first: %d, %d", first, last);
    }
    new Seeds(example, first, last, measure)
        .run(line -> {
          output.print("%s", line);
          if (output.isClosed()) {
            throw new OutputClosed();
          }
        });
    return ExitCode.OK;
  }
}
