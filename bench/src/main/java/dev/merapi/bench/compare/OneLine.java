package dev.merapi.bench.compare;

import dev.merapi.MerapiException;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// How a command fails: with one line, and exit code 2 for wrong usage, 1 for anything else.
final class OneLine {
  private OneLine() {}

  /// A command that fails so, ready to execute.
  static CommandLine command(Object command) {
    return new CommandLine(command)
        .setParameterExceptionHandler((mistake, _) -> {
          CommandLine line = mistake.getCommandLine();
          String help = " (see `./" + line.getCommandName() + " --help`)";
          return failed(line, mistake.getMessage() + help, ExitCode.USAGE);
        })
        .setExecutionExceptionHandler((failure, line, _) -> {
          boolean ours = failure instanceof MerapiException;
          String message = ours ? failure.getMessage() : failure.toString();
          return failed(line, String.valueOf(message), ExitCode.SOFTWARE);
        });
  }

  private static int failed(CommandLine line, String message, int code) {
    line.getErr().println(line.getCommandName() + ": " + message);
    return code;
  }

  /// What to throw if options do not fit.
  static ParameterException wrongUsage(CommandSpec command, String format, Object... values) {
    return new ParameterException(
        command.commandLine(), String.format(Locale.ROOT, format, values));
  }
}
