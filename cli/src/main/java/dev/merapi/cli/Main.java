package dev.merapi.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Entry point of the `merapi` command.
@Command(
    name = "merapi",
    description = "Trains and serves neural networks on the JVM.",
    mixinStandardHelpOptions = true,
    version = "merapi 0.1.0")
final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}
