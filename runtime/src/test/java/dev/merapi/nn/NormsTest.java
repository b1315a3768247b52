package dev.merapi.nn;

import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.batchNorm;
import static dev.merapi.nn.Layers.layerNorm;
import static dev.merapi.nn.Layers.normalize;
import static dev.merapi.nn.Layers.prelu;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.Trace;
import dev.merapi.Trace.Mode;
import dev.merapi.autodiff.Differentiate;
import dev.merapi.graph.Graph;
import dev.merapi.graph.Node;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.reference.Interpreter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against PyTorch's layers: `norms.txt`, made by `norms.py` beside it.
class NormsTest {
  private static final Map<String, double[]> RECORDED = read();

  private static Map<String, double[]> read() {
    var arrays = new HashMap<String, double[]>();
    try (InputStream stream = NormsTest.class.getResourceAsStream("norms.txt")) {
      byte[] bytes = Objects.requireNonNull(stream, "norms.txt").readAllBytes();
      new String(bytes, StandardCharsets.UTF_8)
          .lines()
          .forEach(line -> {
            String[] parts = line.split(": ", 2);
            arrays.put(
                parts[0],
                Arrays.stream(parts[1].split(" ", -1)).mapToDouble(Double::parseDouble).toArray());
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return arrays;
  }

  private static double[] recorded(String name) {
    return Objects.requireNonNull(RECORDED.get(name), name);
  }

  private static void assertRecorded(String name, double[] actual) {
    double[] expected = recorded(name);
    assertEquals(expected.length, actual.length, name);
    double scale = Arrays.stream(expected).map(Math::abs).max().orElse(1);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 1e-7 * scale, name + " " + i);
    }
  }

  /// The graph of a layer: outputs `y`, and `dx`, `dweight`, ... the gradients of `sum(y * r)`.
  private static Graph graph(Module layer, TensorType type, Mode mode) {
    var trace = Trace.of("layer", mode);
    trace.name(layer.names());
    Tensor x = trace.input("x", type);
    Tensor y = trace.run(() -> layer.apply(x));
    trace.output("y", y);
    Tensor loss = y.times(trace.input("r", type)).sum();
    var wanted = new ArrayList<>(List.of("x"));
    wanted.addAll(trace.builder().build().weights().keySet());
    List<Value> values =
        wanted.stream()
            .map(name -> trace.valueOf(name.equals("x") ? x : trace.parameters().get(name)))
            .toList();
    List<Value> gradients = Differentiate.gradients(trace.builder(), trace.valueOf(loss), values);
    for (int i = 0; i < wanted.size(); i++) {
      trace.output("d" + wanted.get(i), trace.tensor(gradients.get(i)));
    }
    return trace.finish();
  }

  /// Runs one recorded step and compares everything; changes what the layer stores.
  private static void step(String name, Graph graph, Map<String, double[]> parameters) {
    var bindings = new HashMap<>(parameters);
    bindings.put("x", recorded(name + ".x"));
    bindings.put("r", recorded(name + ".r"));
    Interpreter.Result result = Interpreter.run(graph, bindings);
    result.outputs().forEach((output, data) -> assertRecorded(name + "." + output, data));
    parameters.putAll(result.state());
  }

  @ParameterizedTest
  @CsvSource({
    "rows,   5, 6x5,     0.1, 1e-5",
    "lines,  3, 4x3x7,   0.3, 1e-3",
    "images, 4, 3x4x5x6, 0.1, 1e-5",
    "plain,  3, 2x3x4x5, 0.1, 1e-5",
  })
  void batchNormFollowsPyTorch(
      String name, long channels, String sizes, double momentum, double eps) {
    var parameters = new HashMap<String, double[]>();
    parameters.put("running_mean", new double[(int) channels]);
    parameters.put("running_var", new double[(int) channels]);
    Arrays.fill(parameters.get("running_var"), 1);
    BatchNorm layer = batchNorm(channels).momentum(momentum).eps(eps);
    if (name.equals("plain")) {
      layer = layer.withoutAffine();
    } else {
      parameters.put("weight", recorded(name + ".weight"));
      parameters.put("bias", recorded(name + ".bias"));
    }
    Object[] shape = Arrays.stream(sizes.split("x", -1)).map(Long::valueOf).toArray();
    Graph training = graph(layer, f32(shape), Mode.TRAIN);
    for (int i = 0; i < 3; i++) {
      step(name + "." + i, training, parameters);
    }
    assertRecorded(name + ".mean", parameters.get("running_mean"));
    assertRecorded(name + ".var", parameters.get("running_var"));
    step(name + ".eval", graph(layer, f32(shape), Mode.EVALUATE), parameters);

    Object[] open = shape.clone();
    open[0] = "N";
    Graph bound = graph(layer, f32(open), Mode.TRAIN).bind(Map.of("N", (Long) shape[0]));
    step(name + ".2", bound, parameters); // any statistics: training reads none
  }

  @Test
  void layerNormFollowsPyTorch() {
    var last = new HashMap<String, double[]>();
    last.put("weight", recorded("last.weight"));
    last.put("bias", recorded("last.bias"));
    step("last.0", graph(layerNorm(7), f32(5, 7), Mode.TRAIN), last);
    var both = new HashMap<String, double[]>();
    both.put("weight", recorded("both.weight"));
    both.put("bias", recorded("both.bias"));
    step("both.0", graph(layerNorm(3, 4), f32(2, 3, 4), Mode.EVALUATE), both);
  }

  @Test
  void preluFollowsPyTorch() {
    var parameters = new HashMap<String, double[]>();
    parameters.put("weight", recorded("prelu.weight"));
    step("prelu.0", graph(prelu(3), f32(2, 3, 4), Mode.TRAIN), parameters);
  }

  @Test
  void servingBatchNormReadsNoBatch() {
    Graph graph = graph(batchNorm(3), f32("N", 3, 8, 8), Mode.EVALUATE);
    Value y = graph.outputs().getFirst().value();
    List<Node> forward =
        graph.nodes().subList(0, graph.nodes().indexOf(graph.producers().get(y)) + 1);
    assertTrue(forward.stream().noneMatch(node -> node.op() instanceof Reduce));
    assertEquals(List.of(), graph.state());
  }

  @Test
  void oneElementAChannelKeepsStatisticsFinite() {
    Graph graph = graph(batchNorm(2), f32("N", 2), Mode.TRAIN).bind(Map.of("N", 1L));
    var result =
        Interpreter.run(
            graph,
            Map.of(
                "x", new double[] {3, 4},
                "r", new double[] {1, 1},
                "weight", new double[] {1, 1},
                "bias", new double[] {5, 6},
                "running_mean", new double[2],
                "running_var", new double[] {1, 1}));
    assertEquals(5, result.output("y")[0]);
    assertEquals(0.3, result.state().get("running_mean")[0], 1e-7);
    assertEquals(0.9, result.state().get("running_var")[0], 1e-7);
  }

  @Test
  void namesAndFirstValuesAreThoseOfPyTorch() {
    assertEquals(
        List.of("weight", "bias", "running_mean", "running_var"),
        List.copyOf(batchNorm(2).parameters().keySet()));
    assertEquals(
        List.of("running_mean", "running_var"),
        List.copyOf(batchNorm(2).withoutAffine().parameters().keySet()));
    assertEquals(Shape.of(3, 4), layerNorm(3, 4).parameters().get("weight").type().shape());
    assertTrue(layerNorm(3).withoutAffine().parameters().isEmpty());
  }

  @Test
  void normalizeTakesTheNumbersThatItIsGiven() {
    Map<String, double[]> x =
        Map.of("x", new double[] {1, 2, 3, 4}, "r", new double[] {1, 2, 3, 4});
    Interpreter.Result all = Interpreter.run(graph(normalize(2, 4), f32(1, 2, 2), Mode.TRAIN), x);
    assertArrayEquals(new double[] {-0.25, 0, 0.25, 0.5}, all.output("y"));
    assertArrayEquals(new double[] {0.25, 0.5, 0.75, 1}, all.output("dx"));
    Module channels = normalize(new double[] {1, 2}, new double[] {2, 0.5});
    Interpreter.Result each = Interpreter.run(graph(channels, f32(1, 2, 2), Mode.EVALUATE), x);
    assertArrayEquals(new double[] {0, 0.5, 2, 4}, each.output("y"));
    assertTrue(channels.parameters().isEmpty());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertKind(Kind.ARGUMENT, () -> batchNorm(0));
    assertKind(Kind.ARGUMENT, () -> batchNorm(3).momentum(1.5));
    assertKind(Kind.ARGUMENT, () -> batchNorm(3).eps(Double.NaN));
    assertKind(Kind.ARGUMENT, () -> layerNorm());
    assertKind(Kind.ARGUMENT, () -> layerNorm(0));
    assertKind(Kind.ARGUMENT, () -> prelu(0));
    assertKind(Kind.ARGUMENT, () -> normalize(0, 0));
    assertKind(Kind.ARGUMENT, () -> normalize(0, 1e-50));
    assertKind(Kind.ARGUMENT, () -> normalize(1e300, 1));
    assertKind(Kind.ARGUMENT, () -> normalize(Double.NaN, 1));
    assertKind(Kind.ARGUMENT, () -> normalize(new double[2], new double[] {1}));
    assertKind(Kind.ARGUMENT, () -> normalize(new double[0], new double[0]));
    Module two = normalize(new double[2], new double[] {1, 1});
    assertKind(Kind.SHAPE, () -> graph(two, f32("N", 3), Mode.TRAIN));
    assertKind(Kind.SHAPE, () -> graph(batchNorm(3), f32("N", 4), Mode.TRAIN));
    assertKind(Kind.SHAPE, () -> graph(batchNorm(3), f32(3), Mode.EVALUATE));
    assertKind(Kind.SHAPE, () -> graph(layerNorm(3, 4), f32("N", 4), Mode.TRAIN));
    assertKind(Kind.SHAPE, () -> graph(layerNorm(3, 4), f32(4), Mode.TRAIN));
    assertKind(Kind.SHAPE, () -> graph(prelu(3), f32("N", 4), Mode.TRAIN));
  }

  private static void assertKind(Kind kind, org.junit.jupiter.api.function.Executable code) {
    assertEquals(kind, assertThrows(MerapiException.class, code).kind());
  }
}
