package dev.merapi.bench.compare;

import dev.merapi.Model;
import dev.merapi.bench.Networks;
import dev.merapi.bench.fresh.FreshJvm;
import dev.merapi.kernels.CpuBackendProvider;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.kernels.target.Targets;
import dev.merapi.spi.ModelReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `./merapi bench cold`: fresh JVMs of Merapi and of ONNX Runtime's Java API, in turns.
///
/// Exit codes: 0 done, 1 failed (outputs differ, a JVM fails), 2 wrong usage.
@Command(
    name = "merapi bench cold",
    description =
        "Starts fresh JVMs that load a network and run it, in turns with ONNX Runtime, and says when"
            + " the first result was there, what runs took, and how much memory.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class Cold implements Callable<Integer> {
  /// As a small service has them; the same for all.
  private static final List<String> FLAGS =
      List.of("-Xmx64m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");

  private static final int MOST_STARTS = 1000;

  @Spec private CommandSpec command;

  @Option(
      names = "--network",
      paramLabel = "NAME",
      defaultValue = "lenet",
      description = "simplenet, mlp784, lenet (the default) or convnet; batch 1, one thread.")
  private String network;

  @Option(
      names = "--starts",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many JVMs of each (default: 20).")
  private int starts;

  @Mixin private final TargetOption target = new TargetOption();

  @Option(names = "--aot", description = "Also starts ours with a JDK AOT cache, made beforehand.")
  private boolean aot;

  private Cold() {}

  /// Runs the command and ends the JVM with its exit code.
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /// The command, ready to execute; tests run it in their own JVM.
  static CommandLine commandLine() {
    return OneLine.command(new Cold());
  }

  /// What is started, with its figures so far.
  private record Contender(
      String name, FreshJvm jvm, List<String> arguments, List<ColdReport.Row> rows) {
    void start() throws IOException {
      var outcome = jvm.run(ColdStart.class, arguments);
      var figures = ColdFigures.parse(outcome.out());
      rows.add(new ColdReport.Row(figures.firstResult() - outcome.started(), figures));
    }
  }

  @Override
  public Integer call() throws IOException {
    Networks chosen = network();
    if (starts < 1 || starts > MOST_STARTS) {
      throw OneLine.wrongUsage(command, "--starts: from 1 to %d: %d", MOST_STARTS, starts);
    }
    Path folder = Files.createTempDirectory("merapi-cold");
    try (var fixtures = Fixtures.of(List.of(chosen))) {
      List<Contender> contenders = contenders(chosen, fixtures, folder);
      for (int i = 0; i < starts; i++) {
        for (Contender each : contenders) {
          each.start();
        }
      }
      report(contenders);
    } finally {
      delete(folder);
    }
    return ExitCode.OK;
  }

  private Networks network() {
    for (Networks each : Workload.NETWORKS) {
      if (Fixtures.name(each).equals(network)) {
        return each;
      }
    }
    var names = Workload.NETWORKS.stream().map(Fixtures::name).toList();
    throw OneLine.wrongUsage(command, "--network: unknown: %s, known: %s", network, names);
  }

  /// Ours, ours with the cache if asked for, and the peer.
  private List<Contender> contenders(Networks chosen, Fixtures fixtures, Path folder)
      throws IOException {
    Model model = chosen.model();
    model.loadWeights(fixtures.weights(chosen));
    Path file = folder.resolve("model.merapi");
    model.save(file);
    var graph = model.graph().bind(Map.of("N", 1L));
    String from = text(List.copyOf(graph.inputs().values()).getFirst().shape().toArray());
    String to = text(graph.outputs().getFirst().value().shape().toArray());

    FreshJvm ours = ours(folder);
    var arguments = List.of("merapi", file.toString(), from, to);
    var contenders = new ArrayList<Contender>();
    contenders.add(new Contender("Merapi", ours, arguments, new ArrayList<>()));
    if (aot) {
      Path cache = folder.resolve("merapi.aot");
      var _ = ours.with("-XX:AOTCacheOutput=" + cache).run(ColdStart.class, arguments);
      FreshJvm cached = ours.with("-XX:AOTMode=on", "-XX:AOTCache=" + cache); // or it fails
      contenders.add(new Contender("Merapi, AOT cache", cached, arguments, new ArrayList<>()));
    }
    var theirs =
        new FreshJvm(
            FLAGS,
            FreshJvm.jars(
                folder, List.of(ColdStart.class, ai.onnxruntime.OrtSession.class, Model.class)));
    contenders.add(
        new Contender(
            "ONNX Runtime " + OnnxRuntimeNetwork.version(),
            theirs,
            List.of("onnxruntime", fixtures.graph(chosen).toString(), from, to),
            new ArrayList<>()));
    return contenders;
  }

  private FreshJvm ours(Path folder) {
    var classes = new ArrayList<Class<?>>();
    classes.add(ColdStart.class);
    classes.add(Model.class);
    classes.add(CpuBackendProvider.class);
    ServiceLoader.load(ModelReader.class, Model.class.getClassLoader())
        .forEach(reader -> classes.add(reader.getClass()));
    var flags = new ArrayList<>(FLAGS);
    var kernels = target.get().map(choice -> Targets.of(choice).target()).orElseGet(Targets::host);
    if (!(kernels instanceof MachineTarget)) {
      flags.add("--add-modules=jdk.incubator.vector");
    }
    target.get().ifPresent(choice -> flags.add("-Dmerapi.target=" + choice.word()));
    return new FreshJvm(List.copyOf(flags), FreshJvm.jars(folder, classes));
  }

  private static String text(long[] sizes) {
    var text = new StringBuilder();
    for (long size : sizes) {
      text.append(text.isEmpty() ? "" : ",").append(size);
    }
    return text.toString();
  }

  private void report(List<Contender> contenders) {
    var peer = contenders.getLast();
    float[] expected = peer.rows().getFirst().figures().output();
    for (Contender each : contenders) {
      Agreement.of(each.rows().getFirst().figures().output(), expected).check(network);
    }
    var report = new ColdReport(command.commandLine().getOut());
    report.head(network, starts, FLAGS);
    for (Contender each : contenders) {
      report.rows(each.name(), each.rows(), peer.rows());
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files = listed.toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
    Files.delete(folder);
  }
}
