package dev.merapi.cli;

import dev.merapi.CompiledModel;
import dev.merapi.Model;
import dev.merapi.Tensor;
import dev.merapi.graph.Graph;
import dev.merapi.graph.TensorType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `merapi run`: computes a model's outputs for files.
@Command(
    name = "run",
    description = "Computes a model's outputs for inputs in files.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footer = {
      "",
      "The number of examples is that of the files. Images become numbers from 0 to 1, channel by"
          + " channel, grey or RGB as the model's input has one channel or three: right for models"
          + " that were trained on such numbers, or that normalise them in their first layer."
          + " Photographs are turned as the camera noted.",
      "",
      "  merapi run lenet.merapi --input image=digits.npy --output logits=scores.npy",
      "  merapi run lenet.merapi --input seven.png --input four.png --resize --invert",
      "",
      "The digits of lenet and convnet are white on black: --invert makes that of ink on paper."
          + " Models of the examples say so in their files (image.ground=dark), and a file that is"
          + " the other way round gets a warning."
    })
final class Run implements Callable<Integer> {
  @Mixin private final Output output = new Output();
  @Mixin private final Compute compute = new Compute();

  @Parameters(paramLabel = "MODEL", description = "The model file, such as lenet.merapi.")
  private Path file;

  @Option(
      names = "--input",
      paramLabel = "[NAME=]FILE",
      description =
          "An input from a .npy, .json, .png, .jpg, .webp or .tif file; several files of one input"
              + " are joined along its first axis. A model with one input needs no NAME.")
  private List<String> inputs = List.of();

  @Option(
      names = "--output",
      paramLabel = "[NAME=]FILE",
      description = "Writes an output to a .npy, .json or .png file, in the place of printing it.")
  private List<String> outputs = List.of();

  @Option(names = "--resize", description = "Brings images to the size of the model's input.")
  private boolean resize;

  @Option(
      names = "--invert",
      description = "Turns light and dark of images round, as for a dark digit on white paper.")
  private boolean invert;

  @Override
  public Integer call() {
    var options = compute.options(output);
    Model model = ModelFile.load(file);
    Graph graph = model.graph();
    var types = new LinkedHashMap<String, TensorType>();
    graph.inputs().forEach((name, value) -> types.put(name, value.type()));
    Map<String, List<Path>> from = named("input", inputs, List.copyOf(types.keySet()));
    Map<String, List<Path>> to =
        named("output", outputs, graph.outputs().stream().map(Graph.Output::label).toList());
    check(from, to, types);
    var ground = Pictures.Ground.of(model);
    var pictures = new Pictures(resize, invert, ground, output::warn);
    Map<String, Tensor> data = read(from, types, pictures);
    Map<String, Long> sizes = InputShapes.sizes(types, data);
    try (CompiledModel compiled = model.compile(Timing.bound(options, sizes))) {
      Map<String, Tensor> results = compiled.runTensors(data);
      to.forEach((name, files) -> OutputFile.write(files.getFirst(), result(results, name)));
      if (to.isEmpty()) {
        results.forEach(
            (name, tensor) -> output.printText(ResultText.of(name, tensor, model.labels())));
      }
    }
    return ExitCode.OK;
  }

  private static Tensor result(Map<String, Tensor> results, String name) {
    Tensor found = results.get(name);
    if (found == null) {
      throw new IllegalStateException("no result: " + name);
    }
    return found;
  }

  /// Divides `NAME=FILE`, or finds the name where there is only one.
  private Map<String, List<Path>> named(String what, List<String> given, List<String> names) {
    var files = new LinkedHashMap<String, List<Path>>();
    for (String each : given) {
      int equals = each.indexOf('=');
      if (equals < 0 && names.size() != 1) {
        throw output.wrongUsage(
            "--%s: say which with NAME=%s; the model has: %s",
            what, each, String.join(", ", names));
      }
      String name = equals < 0 ? names.getFirst() : each.substring(0, equals);
      if (!names.contains(name)) {
        throw output.wrongUsage(
            "--%s: the model has no %s '%s'%s (it has: %s)",
            what, what, name, Closest.question(name, names), String.join(", ", names));
      }
      Path path = Path.of(equals < 0 ? each : each.substring(equals + 1));
      files.computeIfAbsent(name, _ -> new ArrayList<>()).add(path);
    }
    return files;
  }

  private void check(
      Map<String, List<Path>> from, Map<String, List<Path>> to, Map<String, TensorType> types) {
    types.forEach((name, type) -> {
      if (!from.containsKey(name)) {
        throw output.wrongUsage("missing --input %s=FILE, of type %s", name, type);
      }
    });
    to.forEach((name, files) -> {
      if (files.size() > 1) {
        throw output.wrongUsage("--output: more than one file for %s: %s", name, files);
      }
      OutputFile.check(files.getFirst());
    });
  }

  private static Map<String, Tensor> read(
      Map<String, List<Path>> from, Map<String, TensorType> types, Pictures pictures) {
    var data = new LinkedHashMap<String, Tensor>();
    types.forEach((name, type) -> {
      var parts =
          from.getOrDefault(name, List.of()).stream()
              .map(part -> new InputFile(name, type, part).read(pictures))
              .toList();
      data.put(name, parts.size() == 1 ? parts.getFirst() : Tensor.concat(0, array(parts)));
    });
    return data;
  }

  private static Tensor[] array(List<Tensor> parts) {
    return parts.toArray(Tensor[]::new);
  }
}
