package dev.merapi.kernels.cpu;

import static dev.merapi.graph.TensorType.f32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.Tensor;
import dev.merapi.Trace;
import dev.merapi.Trace.Mode;
import dev.merapi.autodiff.Differentiate;
import dev.merapi.graph.Graph;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.nn.Activations;
import dev.merapi.nn.Layers;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import dev.merapi.reference.Interpreter;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.Program.Parameters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Norms and dropout in training with their gradients, compiled against interpreted, vectors
/// against twins, at every width and for any number of threads.
class TrainingLayersTest {
  private record Case(String name, Module net, TensorType type) {
    @Override
    public String toString() {
      return name + " of " + type;
    }
  }

  static List<Case> cases() {
    return List.of(
        new Case(
            "batchNorm",
            Sequential.of(Layers.batchNorm(19), Activations.relu(), Layers.dropout(0.3)),
            f32(13, 19)),
        new Case(
            "batchNorm",
            Sequential.of(Layers.batchNorm(3), Activations.gelu(), Layers.dropout2d(0.3)),
            f32(4, 3, 5, 7)),
        new Case("batchNorm", Layers.batchNorm(2).withoutAffine(), f32(1, 2, 33)),
        new Case("layerNorm", Sequential.of(Layers.layerNorm(17), Layers.prelu(5)), f32(5, 5, 17)),
        new Case("layerNorm", Layers.layerNorm(3, 5), f32(2, 3, 5)));
  }

  /// Outputs of the layer, gradients of `sum(y * r)`, and what the layer stores.
  private static Graph graph(Case each) {
    var trace = Trace.of("layer", Mode.TRAIN);
    trace.name(each.net.names());
    Tensor x = trace.input("x", each.type);
    Tensor y = trace.run(() -> each.net.apply(x));
    trace.output("y", y);
    Tensor loss = y.times(trace.input("r", each.type)).sum();
    var wanted = new ArrayList<>(List.of(trace.valueOf(x)));
    wanted.addAll(trace.builder().build().weights().values());
    List<Value> gradients = Differentiate.gradients(trace.builder(), trace.valueOf(loss), wanted);
    for (int i = 0; i < gradients.size(); i++) {
      trace.output("d" + i, trace.tensor(gradients.get(i)));
    }
    return trace.finish();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void areTheInterpretersAtEveryWidth(Case each) {
    Graph graph = graph(each);
    Map<String, double[]> bindings = bindings(graph);
    Interpreter.Result expected = Interpreter.run(graph, bindings);
    for (Lanes lanes : CpuBackendTest.widths().toList()) {
      var seen = new ArrayList<Map<String, int[]>>();
      for (int threads = 1; threads <= 3; threads++) {
        try (var twin = new ProgramRun(graph, lanes, threads, Parameters.LIVE, bindings);
            var vectors = new ProgramRun(graph, lanes, threads, Parameters.LIVE, bindings)) {
          twin.run();
          seen.add(twin.bits());
          vectors.vectors().run();
          seen.add(vectors.bits());
          expected
              .outputs()
              .forEach((label, data) -> close(label, data, twin.read(Space.OUTPUT, label)));
          expected
              .state()
              .forEach((label, data) -> close(label, data, twin.read(Space.PARAMETER, label)));
        }
      }
      for (Map<String, int[]> bits : seen) {
        bits.forEach((label, own) -> assertArrayEquals(seen.getFirst().get(label), own, label));
      }
    }
  }

  private static void close(String label, double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length, label);
    for (int i = 0; i < expected.length; i++) {
      double tolerance = 5e-5 * Math.max(1, Math.abs(expected[i]));
      assertEquals(expected[i], actual[i], tolerance, label + " " + i);
    }
  }

  private static Map<String, double[]> bindings(Graph graph) {
    var random = new Random(11);
    var bindings = new HashMap<String, double[]>();
    var values = new HashMap<>(graph.inputs());
    values.putAll(graph.parameters());
    values.forEach((label, value) -> {
      double[] data = new double[Math.toIntExact(value.shape().elements())];
      for (int i = 0; i < data.length; i++) {
        data[i] =
            value.dtype().isFloat() ? (float) (1 + random.nextGaussian()) : random.nextInt(1000);
      }
      bindings.put(label, data);
    });
    return bindings;
  }
}
