package dev.merapi.kernels.cpu;

import static dev.merapi.graph.TensorType.f32;
import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.NaN;
import static java.lang.Double.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.Tensor;
import dev.merapi.Trace;
import dev.merapi.Trace.Mode;
import dev.merapi.autodiff.Differentiate;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.Value;
import dev.merapi.nn.Layers;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import dev.merapi.reference.Interpreter;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.Program.Parameters;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// NaN and infinities in the image and in the gradient of a convolution reach the elements that
/// they meet, as the interpreter has them, whatever method computes it.
class SpecialPixelsTest {
  /// Channels below and above those from which 3x3 convolutions go through Winograd's method.
  private static final List<Integer> CHANNELS = List.of(3, 16, 24);

  private static final int SIDE = 13;

  static Stream<Arguments> channelsAndValues() {
    return CHANNELS.stream()
        .flatMap(channels ->
            Stream.of(NaN, POSITIVE_INFINITY, NEGATIVE_INFINITY)
                .map(value -> Arguments.of(channels, value)));
  }

  /// A convolution, the same pooled, and the gradients of its image and its filter for the gradient
  /// `d` of its result.
  private static Graph graph(int channels) {
    Module conv = Layers.conv2d(channels, 16, 3).padding(1);
    var trace = Trace.of("pixels", Mode.EVALUATE);
    trace.name(Sequential.of(conv).names());
    Tensor x = trace.input("x", f32(2, channels, SIDE, SIDE));
    Tensor d = trace.input("d", f32(2, 16, SIDE, SIDE));
    Tensor y = trace.run(() -> conv.apply(x));
    trace.output("y", y);
    trace.output("pooled", trace.run(() -> Layers.maxPool(2).apply(conv.apply(x))));
    trace.output("product", trace.run(() -> y.times(d)));
    var graph = trace.finish();
    var builder = GraphBuilder.continuing(graph);
    Value product = graph.outputs().getLast().value();
    Value loss = builder.fold(Monoid.SUM, product, List.of(0, 1, 2, 3));
    List<Value> by = List.of(graph.inputs().get("x"), graph.parameters().get("0.weight"));
    List<Value> gradients = Differentiate.gradients(builder, loss, by);
    builder.output("dx", gradients.getFirst());
    builder.output("dw", gradients.getLast());
    return builder.build();
  }

  private static Map<String, double[]> bindings(Graph graph, double value) {
    Map<String, double[]> bindings = ProgramRun.gaussian(graph, 3);
    for (String label : List.of("x", "d")) {
      double[] data = bindings.get(label);
      data[data.length / 5] = value;
      data[data.length - 1] = -value;
    }
    return bindings;
  }

  @ParameterizedTest
  @MethodSource("channelsAndValues")
  void areWhereTheInterpreterHasThem(int channels, double value) {
    Graph graph = graph(channels);
    Map<String, double[]> bindings = bindings(graph, value);
    Interpreter.Result expected = Interpreter.run(graph, bindings);
    for (Parameters parameters : Parameters.values()) {
      for (var lanes : CpuBackendTest.widths().toList()) {
        try (var run = new ProgramRun(graph, lanes, 2, parameters, bindings)) {
          run.run();
          for (Graph.Output output : graph.outputs()) {
            double[] data = expected.output(output.label());
            assertTrue(Arrays.stream(data).anyMatch(each -> !Double.isFinite(each)));
            double[] actual = run.read(Space.OUTPUT, output.label());
            assertArrayEquals(data, actual, 1e-3, lanes + " " + output.label());
          }
        }
      }
    }
  }
}
