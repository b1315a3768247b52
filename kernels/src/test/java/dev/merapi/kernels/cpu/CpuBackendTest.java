package dev.merapi.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.autodiff.Differentiate;
import dev.merapi.graph.Contract;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.Value;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.reference.Interpreter;
import dev.merapi.samples.OpSamples;
import dev.merapi.samples.Sample;
import dev.merapi.samples.Sample.Trait;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.Program.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every operation, compiled against interpreted: its values and its gradient, at every vector
/// width that the machine has, cold, and by several threads.
class CpuBackendTest {
  private static final double TOLERANCE = 2e-5;

  static List<Sample> samples() {
    return OpSamples.all();
  }

  static Stream<Lanes> widths() {
    return Stream.of(Lanes.L4, Lanes.L8, Lanes.L16)
        .filter(lanes -> lanes.compareTo(Lanes.widest()) <= 0);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void valuesAreTheInterpreters(Sample sample) {
    if (isRefused(sample)) {
      var bindings = sample.bindings();
      var e =
          assertThrows(
              MerapiException.class,
              () -> new ProgramRun(sample.graph(), Lanes.L4, 1, Parameters.LIVE, bindings));
      assertEquals(MerapiException.Kind.UNSUPPORTED_OP, e.kind());
    } else {
      check(sample.graph(), sample.bindings());
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void gradientsAreTheInterpreters(Sample sample) {
    boolean noGradient =
        sample.op() instanceof Reduce.WindowGrad grad && grad.monoid() != Monoid.SUM;
    if (sample.has(Trait.NO_GRADIENT) || noGradient || isRefused(sample)) {
      return;
    }
    var builder = GraphBuilder.continuing(sample.graph());
    var inputs =
        sample.graph().inputs().values().stream().filter(v -> v.dtype().isFloat()).toList();
    var results =
        sample.graph().outputs().stream()
            .map(Graph.Output::value)
            .filter(value -> value.dtype().isFloat())
            .toList();
    if (inputs.isEmpty() || results.isEmpty()) {
      return;
    }
    Value result = results.getFirst();
    var axes = IntStream.range(0, result.type().rank()).boxed().toList();
    Value loss = builder.fold(Monoid.SUM, result, axes);
    var gradients = Differentiate.gradients(builder, loss, inputs);
    for (int i = 0; i < gradients.size(); i++) {
      builder.output("g" + i, gradients.get(i));
    }
    check(builder.build(), sample.bindings());
  }

  /// The CPU backend refuses three and more spatial axes; the interpreter has them.
  private static boolean isRefused(Sample sample) {
    return switch (sample.op()) {
      case Contract.Conv conv -> conv.geometry().window().rank() > 2;
      case Reduce.Window window -> window.geometry().rank() > 2;
      case Reduce.WindowGrad window -> window.geometry().rank() > 2;
      default -> false;
    };
  }

  private static void check(Graph graph, Map<String, double[]> given) {
    var bindings = new HashMap<>(given);
    Interpreter.Result expected = Interpreter.run(graph, bindings);
    widths().forEach(lanes -> check(graph, bindings, expected, lanes));
  }

  private static void check(
      Graph graph, Map<String, double[]> bindings, Interpreter.Result expected, Lanes lanes) {
    var seen = new ArrayList<Map<String, int[]>>();
    for (int threads = 1; threads <= 3; threads++) {
      try (var run = new ProgramRun(graph, lanes, threads, Parameters.LIVE, bindings)) {
        run.run();
        seen.add(run.bits());
        for (Graph.Output output : graph.outputs()) {
          double[] data = expected.output(output.label());
          double[] actual = run.read(Space.OUTPUT, output.label());
          if (output.value().dtype().isFloat()) {
            close(lanes + " " + output.label(), data, actual);
          } else {
            assertArrayEquals(data, actual, lanes + " " + output.label());
          }
        }
      }
    }
    try (var run = new ProgramRun(graph, lanes, 1, Parameters.FROZEN, bindings)) {
      run.run();
      seen.add(run.bits());
    }
    for (Map<String, int[]> bits : seen) {
      assertEquals(seen.getFirst().keySet(), bits.keySet());
      bits.forEach((label, each) -> assertArrayEquals(seen.getFirst().get(label), each, label));
    }
  }

  private static void close(String label, double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length, label);
    double scale = Arrays.stream(expected).filter(Double::isFinite).map(Math::abs).max().orElse(1);
    for (int i = 0; i < expected.length; i++) {
      double e = expected[i];
      boolean same =
          Double.isFinite(e)
              ? Math.abs(e - actual[i]) <= TOLERANCE * Math.max(Math.abs(e), 0.1 * scale + 1e-6)
              : (float) e == actual[i] || (Double.isNaN(e) && Double.isNaN(actual[i]));
      int at = i;
      assertTrue(same, () -> label + "[" + at + "]: expected " + e + " but was " + actual[at]);
    }
  }
}
