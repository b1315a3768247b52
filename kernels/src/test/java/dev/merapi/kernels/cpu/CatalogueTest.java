package dev.merapi.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.autodiff.Differentiate;
import dev.merapi.graph.DType;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.ops.Elementwise;
import dev.merapi.reference.Interpreter;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.Program.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every entry of the catalogue and its gradient, compiled: near the oracle, special where the
/// interpreter is, vectors and twin the same bit for bit, fused or not.
class CatalogueTest {
  private static final double[] SPECIAL_FLOATS = {
    0,
    -0.0,
    1,
    -1,
    0.5,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    1e-45,
    -1e-45,
    1e-38,
    3e38,
    -3e38,
    88.8,
    -104,
    16_777_217,
    2.5,
    -2.5
  };
  private static final double[] SPECIAL_INTS = {
    0, 1, -1, 2, 31, 32, 33, Integer.MAX_VALUE, Integer.MIN_VALUE
  };
  private static final int DRAWN = 67;

  static Stream<Arguments> entries() {
    return Stream.of(Elementwise.values())
        .flatMap(entry -> entry.types().stream().map(type -> Arguments.of(entry, type)));
  }

  @ParameterizedTest
  @MethodSource("entries")
  void vectorsAndTwinAgreeAndAreNearTheOracle(Elementwise entry, DType type) {
    var bindings = new HashMap<String, double[]>();
    Graph graph = graph(entry, type, bindings);
    Interpreter.Result expected = Interpreter.run(graph, bindings);
    Map<String, int[]> first = Map.of();
    for (Lanes lanes : CpuBackendTest.widths().toList()) {
      try (var run = new ProgramRun(graph, lanes, 1, Parameters.LIVE, bindings)) {
        run.run();
        Map<String, int[]> twin = run.bits();
        checkOracle(entry, type, bindings, run.read(Space.OUTPUT, "y"));
        checkSpecial(expected, run);
        run.vectors().run();
        assertSame(twin, run.bits(), lanes + " vectors");
        assertSame(first.isEmpty() ? twin : first, twin, lanes + " against the narrowest");
        first = twin;
      }
    }
  }

  private static void assertSame(Map<String, int[]> a, Map<String, int[]> b, String what) {
    assertEquals(a.keySet(), b.keySet());
    a.forEach((label, bits) -> assertArrayEquals(bits, b.get(label), label + ", " + what));
  }

  /// `y = f(x)`, `z = g(y)` fused behind it, and the gradients of `y`.
  private static Graph graph(Elementwise entry, DType type, Map<String, double[]> bindings) {
    var builder = new GraphBuilder(entry.label());
    var operands = new ArrayList<Value>();
    ScalarFn body = entry.body(type);
    double[][] data = data(entry, type, body);
    for (int i = 0; i < entry.arity(); i++) {
      var operandType = new TensorType(argumentType(body, i), Shape.of(data[i].length));
      operands.add(builder.input("x" + i, operandType));
      bindings.put("x" + i, data[i]);
    }
    Value y = builder.map(body, operands);
    builder.output("y", y);
    if (body.type().isFloat()) {
      builder.output("z", builder.map(ScalarFn.arg(0).times(ScalarFn.arg(0)), y));
      var floats = operands.stream().filter(each -> each.dtype().isFloat()).toList();
      if (!floats.isEmpty()) {
        Value loss = builder.fold(Monoid.SUM, y, List.of(0));
        var gradients = Differentiate.gradients(builder, loss, floats);
        for (int i = 0; i < gradients.size(); i++) {
          builder.output("g" + i, gradients.get(i));
        }
      }
    }
    return builder.build();
  }

  private static DType argumentType(ScalarFn body, int index) {
    var found = new ArrayList<DType>();
    body.rewrite(arg -> {
      if (arg.index() == index) {
        found.add(arg.type());
      }
      return arg;
    });
    return found.getFirst();
  }

  /// Values drawn from the domain, then every combination of special ones.
  private static double[][] data(Elementwise entry, DType type, ScalarFn body) {
    var random = new Random(entry.name().hashCode());
    int arity = entry.arity();
    double[][] specials = new double[arity][];
    int combinations = 1;
    for (int i = 0; i < arity; i++) {
      specials[i] =
          switch (argumentType(body, i)) {
            case F32 -> SPECIAL_FLOATS;
            case I32 -> SPECIAL_INTS;
            case BOOL -> new double[] {0, 1};
          };
      combinations *= specials[i].length;
    }
    double[][] data = new double[arity][DRAWN + combinations];
    for (int i = 0; i < arity; i++) {
      for (int j = 0; j < DRAWN; j++) {
        double drawn = entry.domains().get(i).draw(random);
        data[i][j] =
            switch (argumentType(body, i)) {
              case F32 -> (float) drawn;
              case I32 -> (int) Math.rint(drawn);
              case BOOL -> random.nextInt(2);
            };
      }
    }
    for (int c = 0; c < combinations; c++) {
      int rest = c;
      for (int i = 0; i < arity; i++) {
        data[i][DRAWN + c] = (float) specials[i][rest % specials[i].length];
        if (argumentType(body, i) == DType.I32) {
          data[i][DRAWN + c] = specials[i][rest % specials[i].length];
        }
        rest /= specials[i].length;
      }
    }
    return data;
  }

  private static void checkOracle(
      Elementwise entry, DType type, Map<String, double[]> bindings, double[] actual) {
    if (type != DType.F32) {
      return; // exact; the interpreter has said so
    }
    for (int j = 0; j < DRAWN; j++) {
      double[] arguments = new double[entry.arity()];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = Objects.requireNonNull(bindings.get("x" + i))[j];
      }
      double expected = entry.oracle().apply(arguments);
      double error = Math.abs(expected - actual[j]);
      String message =
          entry + " of " + Arrays.toString(arguments) + ": " + expected + " but was " + actual[j];
      assertTrue(error <= entry.tolerance().around(expected), message);
    }
  }

  /// Where the interpreter has NaN, an infinity or an exact integer type, so has the kernel.
  private static void checkSpecial(Interpreter.Result expected, ProgramRun run) {
    double[] values = expected.output("y");
    double[] actual = run.read(Space.OUTPUT, "y");
    boolean real = run.program().buffer(Space.OUTPUT, "y").type().dtype().isFloat();
    for (int i = 0; i < values.length; i++) {
      int at = i;
      if (!real) {
        assertEquals(values[i], actual[i], () -> "element " + at);
      } else {
        assertEquals(
            Double.isNaN(values[i]),
            Double.isNaN(actual[i]),
            () -> "element " + at + ": " + values[at] + " but was " + actual[at]);
      }
    }
  }
}
