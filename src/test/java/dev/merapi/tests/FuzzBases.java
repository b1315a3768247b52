package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Activations.softmax;
import static dev.merapi.nn.Layers.batchNorm;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.dropout;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.maxPool;

import dev.merapi.Model;
import dev.merapi.ModelFiles;
import dev.merapi.RandomKey;
import dev.merapi.Tensor;
import dev.merapi.Trace;
import dev.merapi.graph.Custom;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphPrinter;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import dev.merapi.samples.OpSamples;
import dev.merapi.samples.Sample;
import dev.merapi.spi.ModelContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Files that fuzzers start from: some networks, and each operation.
final class FuzzBases {
  /// The first files are networks, the others one operation each.
  static final int NETWORKS = 5;

  /// A file before it is changed.
  record Base(byte[] bytes, String graph, Map<String, Literal> parameters) {}

  private FuzzBases() {}

  /// Makes the files.
  ///
  /// @param folder for a file in between
  static List<Base> in(Path folder) throws IOException {
    var contents = new ArrayList<ModelContents>();
    contents.add(
        Model.of(
                Sequential.of(dense(5, 7), relu(), dense(7, 3), softmax(-1)),
                input("x", f32("N", 5)),
                RandomKey.of(1))
            .withLabels(List.of("cat", "dog", "\ud83d\ude00"))
            .withMetadata(Map.of("author", "me \"\\\n"))
            .contents());
    contents.add(
        Model.of(
                Sequential.of(conv2d(1, 3, 3), relu(), maxPool(2), flatten(), dense(12, 4)),
                input("image", f32("N", 1, 6, 6)),
                RandomKey.of(2))
            .contents());
    var tabled = Model.of(new Tabled(), input("x", f32("N", 9)), RandomKey.of(3)).contents();
    contents.add(tabled);
    contents.add(tabled.withState(state()));
    contents.add(
        Model.of(
                Sequential.of(dense(3, 2), batchNorm(2), dropout(0.5)),
                input("x", f32("N", 3)),
                RandomKey.of(4))
            .contents());
    for (Sample sample : OpSamples.all()) {
      if (!(sample.op() instanceof Custom)) {
        contents.add(contents(sample));
      }
    }
    var bases = new ArrayList<Base>();
    Path file = folder.resolve("base.merapi");
    for (ModelContents each : contents) {
      ModelFiles.write(file, each);
      Model model = Model.load(file);
      bases.add(
          new Base(
              Files.readAllBytes(file),
              GraphPrinter.print(model.graph()),
              literals(model.parameters())));
    }
    return bases;
  }

  /// Behaves differently in training, and has a large constant.
  private static final class Tabled extends Module {
    private final Module dense = child("fc", dense(9, 2));

    @Override
    protected Tensor forward(Tensor x) {
      float[] table = new float[81];
      for (int i = 0; i < table.length; i++) {
        table[i] = (float) Math.sin(i);
      }
      Tensor mixed = x.matmul(Tensor.of(Shape.of(9, 9), table));
      boolean training =
          Trace.current().map(trace -> trace.mode() == Trace.Mode.TRAIN).orElse(false);
      return dense.apply(training ? mixed.times(2) : mixed);
    }
  }

  private static Map<String, HostTensor> state() {
    var state = new LinkedHashMap<String, HostTensor>();
    for (var type : List.of(TensorType.bool(3), TensorType.i32(2), f32())) {
      String name = "merapi.state." + type.dtype();
      state.put(name, HostTensor.allocate(name, type));
    }
    return state;
  }

  private static ModelContents contents(Sample sample) {
    Graph graph = sample.graph();
    var parameters = new LinkedHashMap<String, HostTensor>();
    graph
        .parameters()
        .forEach((name, value) -> parameters.put(name, HostTensor.allocate(name, value.type())));
    return new ModelContents(graph, graph, List.of(), parameters, Map.of(), List.of(), Map.of());
  }

  static Map<String, Literal> literals(Map<String, HostTensor> tensors) {
    var literals = new LinkedHashMap<String, Literal>();
    tensors.forEach((name, tensor) -> literals.put(name, tensor.toLiteral()));
    return literals;
  }
}
