package dev.merapi.cli;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.graph.TensorType.i32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.maxPool;
import static dev.merapi.nn.Layers.normalize;

import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Trace;
import dev.merapi.nn.Sequential;
import dev.merapi.spi.ModelContents;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Small models in files.
final class Models {
  private Models() {}

  /// `pixels f32[N,1,6,8] -> scores f32[N,3]`, with labels.
  static Path images(Path folder) {
    var net =
        Sequential.of(
            normalize(0.5, 0.25),
            conv2d(1, 2, 3),
            relu(),
            maxPool(2),
            flatten(),
            dense(12, 4),
            dense(4, 3));
    return save(
        folder,
        "images",
        Model.of(net, input("pixels", f32("N", 1, 6, 8)), "scores", RandomKey.of(1))
            .withLabels(List.of("cat", "dog", "emu")));
  }

  /// `x f32[N,2] -> output f32[N,2]`: the sums and differences of both.
  static Path sums(Path folder) {
    var model = Model.of(Sequential.of(dense(2, 2)), input("x", f32("N", 2)), RandomKey.of(1));
    model.parameter("0.weight").copyFrom(new float[] {1, 1, 1, -1});
    model.parameter("0.bias").copyFrom(new float[] {0, 0});
    return save(folder, "sums", model);
  }

  /// Two inputs: `a f32[N,3]`, `b i32[N]`; outputs `sum f32[N,3]`, `twice i32[N]`.
  static Path two(Path folder) {
    var trace = Trace.of("two", Trace.Mode.EVALUATE);
    var a = trace.input("a", f32("N", 3));
    var b = trace.input("b", i32("N"));
    trace.run(() -> {
      trace.output("sum", a.plus(1));
      trace.output("twice", b.plus(b));
      return a;
    });
    var graph = trace.finish();
    return save(
        folder,
        "two",
        Model.of(
            new ModelContents(graph, graph, List.of(), Map.of(), Map.of(), List.of(), Map.of())));
  }

  private static Path save(Path folder, String name, Model model) {
    Path file = folder.resolve(name + ".merapi");
    model.save(file);
    return file;
  }
}
