package dev.merapi.cli;

import dev.merapi.MerapiException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// The `merapi` command: lists the sub-commands and turns every failure into one line and an exit
/// code.
///
/// Exit codes: 0 done, 1 failed, 2 wrong usage.
@Command(
    name = "merapi",
    description = "Trains and serves neural networks on the JVM.",
    mixinStandardHelpOptions = true,
    version = "merapi 0.1.0",
    subcommands = {Train.class, Doctor.class},
    footer = {
      "",
      "In a checkout, `./merapi test` runs all tests, `./merapi bench` the benchmarks, and",
      "`./merapi compare` networks beside ONNX Runtime.",
      "MERAPI_JAVA_OPTS=-Dmerapi.stacktrace=true shows where a failure came from."
    })
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /// The command with all its sub-commands, ready to execute; tests run it in their own JVM.
  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setParameterExceptionHandler(Main::wrongUsage)
        .setExecutionExceptionHandler(Main::failed)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  private static int wrongUsage(ParameterException mistake, String[] args) {
    var command = mistake.getCommandLine();
    var err = command.getErr();
    err.println("merapi: " + mistake.getMessage());
    UnmatchedArgumentException.printSuggestions(mistake, err);
    err.println("Try `" + command.getCommandSpec().qualifiedName() + " --help`.");
    return ExitCode.USAGE;
  }

  private static int failed(Exception failure, CommandLine command, ParseResult parsed) {
    var err = command.getErr();
    err.println("merapi: " + oneLine(failure));
    if (Boolean.getBoolean("merapi.stacktrace")) {
      failure.printStackTrace(err);
    }
    return ExitCode.SOFTWARE;
  }

  /// Merapi's own messages are written for users; of other exceptions the type helps as well.
  private static String oneLine(Exception failure) {
    return failure instanceof MerapiException ours ? ours.getMessage() : failure.toString();
  }
}
