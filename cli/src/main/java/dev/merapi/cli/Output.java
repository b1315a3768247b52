package dev.merapi.cli;

import dev.merapi.toolkit.progress.Terminal;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Where a sub-command prints to (picocli's writer, which tests replace) and how it complains. A
/// sub-command holds one as a mixin.
@Command
final class Output {
  // Set by picocli, for the command that the mixin is part of.
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  PrintWriter writer() {
    return command.commandLine().getOut();
  }

  /// Prints a line at once; see [String#format].
  void print(String format, Object... values) {
    writer().println(String.format(Locale.ROOT, format, values));
    writer().flush();
  }

  /// Prints a text that ends its lines itself.
  void printText(String text) {
    writer().print(text);
    writer().flush();
  }

  /// Says on standard error what may be amiss, as a line.
  void warn(String line) {
    PrintWriter err = command.commandLine().getErr();
    err.println("merapi: " + line);
    err.flush();
  }

  /// Whether nobody reads any more, such as behind `| head`.
  boolean isClosed() {
    // picocli's writer hides the stream below it, which swallows errors of its own.
    return writer().checkError() || System.out.checkError();
  }

  /// Whether a person at a terminal sees it.
  static boolean isTerminal() {
    return Terminal.isInteractive();
  }

  /// What to throw for arguments that do not fit together; see [String#format].
  ParameterException wrongUsage(String format, Object... values) {
    return new ParameterException(
        command.commandLine(), String.format(Locale.ROOT, format, values));
  }
}
