package dev.merapi.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Where a sub-command prints to: picocli's writer, which tests replace. A sub-command holds one as
/// a mixin.
@Command
final class Output {
  // Set by picocli, for the command that the mixin is part of.
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  PrintWriter writer() {
    return command.commandLine().getOut();
  }
}
