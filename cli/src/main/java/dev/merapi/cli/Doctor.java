package dev.merapi.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/// `merapi doctor`: what this JVM and machine offer, and what to change where something is missing.
@Command(
    name = "doctor",
    description = "Says what this machine offers and what is missing.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class Doctor implements Callable<Integer> {
  @Mixin private final Output output = new Output();

  /// @return 0 if nothing is missing, else 1
  @Override
  public Integer call() {
    var findings =
        Stream.of(Surroundings.java(), Surroundings.machine(), Backends.findings())
            .flatMap(List::stream)
            .toList();
    print(findings, output.writer());
    return findings.stream().allMatch(Finding::good) ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private static void print(List<Finding> findings, PrintWriter out) {
    int width = findings.stream().mapToInt(finding -> finding.subject().length()).max().orElse(0);
    for (var finding : findings) {
      out.printf(Locale.ROOT, "%-" + width + "s  %s%n", finding.subject(), finding.text());
      if (!finding.good()) {
        out.printf(Locale.ROOT, "%" + width + "s  -> %s%n", "", finding.advice());
      }
    }
    out.flush();
  }
}
