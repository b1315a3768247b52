package dev.merapi.bench.compare;

import dev.merapi.bench.PeakProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `./merapi compare`: times whole networks beside ONNX Runtime's Java API.
///
/// Exit codes: 0 done, 1 failed (outputs differ, a file cannot be written), 2 wrong usage.
@Command(
    name = "merapi compare",
    description = "Times whole networks beside ONNX Runtime, or beside one thread, in turns.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class Compare implements Callable<Integer> {
  private static final double MOST_SECONDS = 3600;

  @Spec private CommandSpec command;

  @Option(
      names = "--only",
      paramLabel = "SUBSTRING",
      defaultValue = "",
      description = "Only workloads whose name has that in it, such as lenet or batch64.")
  private String only;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Threads of both (ours where the peer has one), at most the processors (default: 1).")
  private int threads;

  @Option(
      names = "--peer",
      paramLabel = "NAME",
      defaultValue = "onnx-runtime",
      description = "Beside whom: ${COMPLETION-CANDIDATES} (default: onnx-runtime).")
  private Peer peer;

  @Mixin private final TargetOption target = new TargetOption();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "5",
      description = "How long each workload is measured (default: 5).")
  private double seconds;

  @Option(names = "--json", paramLabel = "FILE", description = "Also writes the rows as JSON.")
  private Optional<Path> json = Optional.empty();

  private Compare() {}

  static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /// The command, ready to execute; tests run it in their own JVM.
  static CommandLine commandLine() {
    return OneLine.command(new Compare());
  }

  @Override
  public Integer call() throws IOException {
    List<Workload> workloads = workloads();
    checkLimits();
    var report = new Report(command.commandLine().getOut());
    PeakProbe.warmUp();
    var rows = new ArrayList<Row>();
    try (var peak = new Together(threads, PeakProbe::gigaflops);
        var fixtures = Fixtures.of(Workload.NETWORKS)) {
      report.head(peer, threads, peak.getAsDouble());
      for (Workload workload : workloads) {
        Row row = measure(workload, fixtures, peak);
        report.row(row);
        rows.add(row);
      }
    }
    if (json.isPresent()) {
      Report.write(rows, json.get());
    }
    return ExitCode.OK;
  }

  private List<Workload> workloads() {
    var found = Workload.all().stream().filter(each -> each.name().contains(only)).toList();
    if (found.isEmpty()) {
      var names = Workload.all().stream().map(Workload::name).toList();
      throw OneLine.wrongUsage(
          command, "--only: no workload has '%s' in its name: %s", only, names);
    }
    return found;
  }

  private void checkLimits() {
    int processors = Runtime.getRuntime().availableProcessors();
    if (threads < 1 || threads > processors) {
      throw OneLine.wrongUsage(
          command, "--threads: from 1 to the %d processors here: %d", processors, threads);
    }
    if (!(seconds > 0 && seconds <= MOST_SECONDS)) {
      throw OneLine.wrongUsage(
          command, "--seconds: above 0, at most %.0f: %s", MOST_SECONDS, seconds);
    }
    if (json.isPresent()) {
      Path folder = json.get().toAbsolutePath().getParent();
      if (Files.isDirectory(json.get()) || folder == null || !Files.isWritable(folder)) {
        throw OneLine.wrongUsage(
            command, "--json: not a file in a folder that can be written to: %s", json.get());
      }
    }
  }

  private Row measure(Workload workload, Fixtures fixtures, Together peak) {
    try (var pair = workload.load(fixtures, peer, threads, target.get(), Workload.Start.WARM)) {
      pair.ours().run();
      pair.peer().run();
      var agreement = Agreement.of(pair.ours().output(), pair.peer().output());
      agreement.check(workload.name());
      var turns = new Turns(System::nanoTime, Quiet::await, peak);
      var result = turns.measure(pair.ours()::run, pair.peer()::run, (long) (seconds * 1e9));
      double bytes = HeapUse.bytesPerCall(pair.ours()::run);
      return Row.of(workload, threads, peer.title(), result, pair.flops(), bytes, agreement);
    }
  }
}
