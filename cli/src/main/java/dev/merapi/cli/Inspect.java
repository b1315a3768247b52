package dev.merapi.cli;

import dev.merapi.CompileOptions;
import dev.merapi.Inspection;
import dev.merapi.Model;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphPrinter;
import dev.merapi.spi.KernelText;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `merapi inspect`: what a model is made of, and what the compiler makes of it.
@Command(
    name = "inspect",
    description = "Shows the layers of a model, and the kernels that it is compiled to.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class Inspect implements Callable<Integer> {
  private static final String NL = System.lineSeparator();

  @Mixin private final Output output = new Output();
  @Mixin private final Sizes sizes = new Sizes();

  @Parameters(paramLabel = "MODEL", description = "The model file, such as lenet.merapi.")
  private Path file;

  @Option(names = "--passes", description = "Prints the graph after each pass of the compiler.")
  private boolean passes;

  @Option(
      names = "--memory",
      description = "Adds the place of each buffer, in bytes, and what all of them take.")
  private boolean memory;

  @Option(
      names = "--kernels",
      description = "Prints each kernel that is made: its routine, and its machine code.")
  private boolean kernels;

  @Mixin private final TargetName target = new TargetName();

  @Override
  public Integer call() {
    Model model = ModelFile.load(file);
    Map<String, Long> bound = sizes.of(model, output);
    CompileOptions options = target.of(CompileOptions.best());
    Inspection inspection = Inspection.of(model, bound, options);
    output.printText(head(model) + NL);
    output.printText(lines(model.summary()) + NL);
    if (passes) {
      output.printText(passes(inspection));
    }
    var plan = new PlanText(inspection.program());
    output.print(
        "plan for %s: %s, %,d FLOPs in products and convolutions",
        Sizes.text(bound), plan.kernels(), inspection.flops());
    output.printText(memory ? plan.withMemory() : plan.plain());
    if (memory) {
      output.printText(NL + MemoryText.of(model, bound, inspection.program()));
    }
    if (kernels) {
      printKernels(inspection.kernels(options));
    }
    return ExitCode.OK;
  }

  private void printKernels(List<KernelText> all) {
    output.print("%n%,d kernels", all.size());
    MachineText machine = MachineText.ofPath();
    for (KernelText kernel : all) {
      output.print("%n%s of %s", kernel.name(), kernel.place());
      output.printText(lines(kernel.routine()));
      output.printText(kernel.code().map(code -> NL + machine.of(code)).orElse(""));
    }
  }

  private String head(Model model) {
    var table = new Columns("lll");
    table.row("model", model.name(), file.toString());
    model
        .graph()
        .inputs()
        .forEach((name, value) -> table.row("input", name, value.type().toString()));
    for (Graph.Output each : model.graph().outputs()) {
      table.row("output", each.label(), each.value().type().toString());
    }
    String labels =
        model.labels().isEmpty() ? "" : "labels  " + String.join(", ", model.labels()) + NL;
    String ground = Pictures.Ground.of(model).map(each -> "images  " + each + NL).orElse("");
    return table + labels + ground;
  }

  /// The graph before the first pass, and behind each one that changed it.
  private static String passes(Inspection inspection) {
    var text = new StringBuilder();
    String before = "";
    for (Inspection.Pass pass : inspection.passes()) {
      String graph = GraphPrinter.print(pass.graph());
      boolean changed = !graph.equals(before);
      text.append(
          String.format(
              Locale.ROOT,
              "%s: %s%n",
              pass.name(),
              changed ? pass.graph().nodes().size() + " nodes" : "changes nothing"));
      text.append(changed ? lines(graph) + NL : "");
      before = graph;
    }
    return text.append(NL).toString();
  }

  private static String lines(String text) {
    return text.replace("\n", NL);
  }
}
