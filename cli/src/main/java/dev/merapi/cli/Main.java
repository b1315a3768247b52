package dev.merapi.cli;

import dev.merapi.examples.Seeds.Measure;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/// The `merapi` command: lists the sub-commands and turns every failure into one line and an exit
/// code.
///
/// Exit codes: 0 done, 1 failed, 2 wrong usage.
@Command(
    name = "merapi",
    description = "Trains and serves neural networks on the JVM.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed", "2:wrong usage"},
    footer = {
      "",
      "`merapi COMMAND --help` explains a command. In a checkout, `./merapi test` runs all tests,"
          + " `./merapi bench` JMH benchmarks, and `./merapi compare` networks beside ONNX Runtime."
    })
public final class Main {
  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Shows the stack trace of a failure, as does MERAPI_DEBUG=1.")
  private boolean debug;

  /// Where no terminal says how wide it is.
  private static final int HELP_WIDTH = 80;

  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  private static int run(String[] args) {
    StandardOut out = StandardOut.install();
    try {
      int exit = commandLine().execute(args);
      System.out.flush();
      return out.failure().map(Main::notWritten).orElse(exit);
    } catch (OutOfMemoryError error) { // picocli passes errors on
      System.err.println("merapi: " + Failure.line(error));
      return ExitCode.SOFTWARE;
    }
  }

  private static int notWritten(IOException failure) {
    if (!StandardOut.isGone(failure)) {
      System.err.println("merapi: the standard output: " + Failure.line(failure));
    }
    return ExitCode.SOFTWARE;
  }

  /// The command with all its sub-commands, ready to execute; tests run it in their own JVM.
  static CommandLine commandLine() {
    var main = new Main();
    var train = new CommandLine(new Train());
    train.getCommandSpec().usageMessage().footer(Train.list());
    return new CommandLine(main)
        .addSubcommand(train)
        .addSubcommand(new Run())
        .addSubcommand(new Inspect())
        .addSubcommand(new Bench())
        .addSubcommand(new SeedsCommand())
        .addSubcommand(new Doctor())
        .addSubcommand(new Completion())
        .addSubcommand(new HelpCommand())
        .setParameterExceptionHandler(main::wrongUsage)
        .setExecutionExceptionHandler(main::failed)
        .registerConverter(Measure.class, new Choice<>(Measure.class))
        .setUsageHelpWidth(HELP_WIDTH)
        .setUsageHelpAutoWidth(true);
  }

  private int wrongUsage(ParameterException mistake, String[] args) {
    PrintWriter err = mistake.getCommandLine().getErr();
    err.println("merapi: " + Mistake.line(mistake));
    showTrace(mistake, err);
    return ExitCode.USAGE;
  }

  private int failed(Exception failure, CommandLine command, ParseResult parsed) {
    if (failure instanceof OutputClosed) {
      return ExitCode.SOFTWARE;
    }
    PrintWriter err = command.getErr();
    err.println("merapi: " + Failure.line(failure));
    showTrace(failure, err);
    return ExitCode.SOFTWARE;
  }

  private void showTrace(Exception failure, PrintWriter err) {
    String asked = System.getenv("MERAPI_DEBUG");
    if (debug || asked != null && !asked.isEmpty() && !asked.equals("0")) {
      failure.printStackTrace(err);
    }
  }
}
