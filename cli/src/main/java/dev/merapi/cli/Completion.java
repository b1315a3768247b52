package dev.merapi.cli;

import java.util.List;
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
  /// What the launcher of a checkout does itself.
  private static final List<String> LAUNCHERS = List.of("compare", "test");

  @Mixin private final Output output = new Output();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    String name = spec.root().commandLine().getCommandName();
    CommandLine all = Main.commandLine();
    LAUNCHERS.forEach(each -> all.addSubcommand(each, CommandSpec.wrapWithoutInspection(each)));
    output.printText(AutoComplete.bash(name, all));
    return ExitCode.OK;
  }
}
