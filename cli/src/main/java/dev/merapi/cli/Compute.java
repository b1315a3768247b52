package dev.merapi.cli;

import dev.merapi.CompileOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options of commands that compute: device, target and threads.
@Command
final class Compute {
  private static final int MOST_THREADS = 256;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = Positive.class,
      defaultValue = "1",
      description = "Threads of one step or run; results do not depend on it (default: 1).")
  private int threads;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "auto",
      converter = Device.Names.class,
      completionCandidates = Device.Names.class,
      description = "What to run on: ${COMPLETION-CANDIDATES} (default: auto, the best one here).")
  private Device device;

  @Mixin private final TargetName target = new TargetName();

  int threads() {
    return threads;
  }

  /// @throws picocli.CommandLine.ParameterException for more threads than a team can have
  /// @throws dev.merapi.MerapiException if the device is not there
  CompileOptions options(Output output) {
    if (threads > MOST_THREADS) {
      throw output.wrongUsage("--threads: more than allowed: %d, of %d", threads, MOST_THREADS);
    }
    return target.of(device.options().threads(threads));
  }
}
