package dev.merapi.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `merapi completion`: what makes a shell complete commands, options and names.
@Command(
    name = "completion",
    description = "Prints a script by which bash and zsh complete commands and options.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "bash, now and in each new shell:",
      "  source <(./merapi completion)",
      "  ./merapi completion > ~/.local/share/bash-completion/completions/merapi",
      "zsh, in ~/.zshrc after compinit (the first line once):",
      "  autoload -U +X bashcompinit && bashcompinit",
      "  source <(./merapi completion)"
    })
final class Completion implements Callable<Integer> {
  @Mixin private final Output output = new Output();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    output.printText(AutoComplete.bash(root.getCommandName(), root));
    return ExitCode.OK;
  }
}
