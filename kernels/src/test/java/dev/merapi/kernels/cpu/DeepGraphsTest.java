package dev.merapi.kernels.cpu;

import static dev.merapi.graph.TensorType.f32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.graph.Contract;
import dev.merapi.graph.ConvGeometry;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import dev.merapi.graph.WindowGeometry;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.nn.Layers;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import dev.merapi.optim.Sgd;
import dev.merapi.reference.Interpreter;
import dev.merapi.samples.SmallStack;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.Program;
import dev.merapi.spi.Region;
import dev.merapi.train.Losses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Graphs that are much deeper or wider than any kernel: compiled with little stack, in time that
/// grows with their size, and cut into kernels that the JVM can compile.
class DeepGraphsTest {
  private static final ScalarFn ADD = ScalarFn.arg(0).plus(ScalarFn.arg(1));
  private static final ScalarFn SUB = ScalarFn.arg(0).minus(ScalarFn.arg(1));
  private static final ScalarFn MUL = ScalarFn.arg(0).times(ScalarFn.arg(1));
  private static final ScalarFn TANH = ScalarFn.apply(ScalarPrimitive.TANH, ScalarFn.arg(0));
  private static final Contract.Dot DOT =
      new Contract.Dot(List.of(), List.of(), List.of(1), List.of(0));

  private final GraphBuilder builder = new GraphBuilder("deep");

  /// Compiles and runs on the CPU, and compares what comes out with the interpreter.
  private Program check(Value output) {
    builder.output("y", output);
    Graph graph = builder.build();
    Map<String, double[]> bindings = ProgramRun.gaussian(graph, 3);
    double[] expected = Interpreter.run(graph, bindings).output("y");
    var programs = new Program[1];
    SmallStack.run(() ->
        assertTimeout(
            Duration.ofSeconds(60),
            () -> {
              try (var run =
                  new ProgramRun(graph, Lanes.widest(), 1, Program.Parameters.FROZEN, bindings)) {
                run.run();
                assertArrayEquals(expected, run.read(Space.OUTPUT, "y"), 1e-3);
                programs[0] = run.program();
              }
            }));
    return programs[0];
  }

  private Value dense(Value x, int number) {
    return builder.dot(DOT, x, builder.parameter("w" + number, f32(8, 8)));
  }

  @Test
  void aChainOfMaps() {
    Value x = builder.input("x", f32(5));
    for (int i = 0; i < 8000; i++) {
      ScalarFn next =
          i % 2 == 0 ? ScalarFn.arg(0).negate() : ScalarFn.arg(0).plus(ScalarFn.f32(1e-3));
      x = builder.map(next, x);
    }
    check(x);
  }

  @Test
  void manyFunctionsBehindAProduct() {
    Value x = dense(builder.input("x", f32(4, 8)), 0);
    for (int i = 0; i < 200; i++) {
      x = builder.map(TANH, x);
    }
    Program program = check(x);
    for (Region region : program.regions()) {
      if (region instanceof Region.Product product) {
        long functions =
            product.epilogue().fn().parts().stream()
                .filter(part -> part instanceof ScalarFn.Apply)
                .count();
        assertTrue(functions <= 5, () -> functions + " in one epilogue");
      }
    }
  }

  @Test
  void manyOperandsBehindAProduct() {
    Value x = dense(builder.input("x", f32(4, 8)), 0);
    for (int i = 0; i < 200; i++) {
      x = builder.map(ADD, x, builder.input("a" + i, f32(4, 8)));
    }
    check(x);
  }

  /// Chebyshev polynomials: each reads the two before it, so that there are as many paths as
  /// Fibonacci numbers.
  @Test
  void aRecurrenceOfTwoTerms() {
    Value b =
        builder.map(
            ScalarFn.apply(ScalarPrimitive.COS, ScalarFn.arg(0)), builder.input("x", f32(5)));
    Value before = b;
    Value last = b;
    for (int i = 0; i < 1000; i++) {
      Value twice = builder.map(MUL, last, b);
      Value next =
          builder.map(SUB, builder.map(ScalarFn.arg(0).times(ScalarFn.f32(2)), twice), before);
      before = last;
      last = next;
    }
    check(builder.map(ScalarFn.arg(0).times(ScalarFn.f32(1e-4)), last));
  }

  @Test
  void aFunctionThatIsLargerThanAKernel() {
    ScalarFn fn = ScalarFn.arg(0);
    for (int i = 0; i < 2000; i++) {
      fn = ScalarFn.apply(ScalarPrimitive.TANH, fn).plus(ScalarFn.f32(i % 3));
    }
    check(builder.map(fn, builder.input("x", f32(5))));
  }

  @Test
  void aFunctionOfMoreArgumentsThanAKernelLoads() {
    ScalarFn fn = ScalarFn.arg(0);
    var operands = new ArrayList<>(List.of(builder.input("x0", f32(5))));
    for (int i = 1; i < 1000; i++) {
      fn = fn.plus(ScalarFn.arg(i));
      operands.add(builder.input("x" + i, f32(5)));
    }
    check(builder.map(fn, operands));
  }

  @Test
  void aChainOfFolds() {
    Value x = builder.input("x", f32(3, 7));
    for (int i = 0; i < 500; i++) {
      Value sum = builder.fold(Monoid.MAX, x, List.of(1));
      x = builder.map(SUB, x, builder.unfold(sum, x.shape(), List.of(1)));
    }
    check(x);
  }

  /// Views of maps of views: what waits for what, a view in between, is no kernel together.
  @Test
  void mapsWithViewsInBetween() {
    Value x = builder.input("x", f32(4, 4));
    for (int i = 0; i < 3000; i++) {
      x = builder.map(ScalarFn.arg(0).negate(), builder.permute(x, List.of(1, 0)));
    }
    check(x);
  }

  @Test
  void viewsOfViews() {
    Value x = builder.input("x", f32(4, 4));
    for (int i = 0; i < 3000; i++) {
      x =
          i % 2 == 0
              ? builder.permute(x, List.of(1, 0))
              : builder.add(new View.Flip(List.of(0)), List.of(x)).result();
    }
    check(x);
  }

  @Test
  void manyInputsAndOutputs() {
    Value sum = builder.input("x0", f32(2));
    for (int i = 1; i < 10_000; i++) {
      Value x = builder.input("x" + i, f32(2));
      builder.output("y" + i, builder.map(ADD, sum, x));
      sum = i % 100 == 0 ? builder.map(ADD, sum, x) : sum;
    }
    check(sum);
  }

  @Test
  void aChainOfProducts() {
    Value x = builder.input("x", f32(2, 8));
    Value scale = builder.input("s", f32(2, 8));
    for (int i = 0; i < 2000; i++) {
      x = builder.map(TANH, builder.map(ADD, dense(x, i), scale));
    }
    check(x);
  }

  @Test
  void aKernelOfManyTaps() {
    List<Long> one = List.of(1L);
    List<Long> none = List.of(0L);
    var window = new WindowGeometry(List.of(30_000L), one, none, none, one);
    var geometry = new ConvGeometry(1, 1, 1, List.of(Dim.of(30_040)), window);
    Value x = builder.input("x", f32(1, 1, 30_040));
    Value w = builder.parameter("w", f32(1, 1, 30_000));
    Value y =
        builder.add(new Contract.Conv(Contract.Role.FORWARD, geometry), List.of(x, w)).result();
    check(builder.map(ScalarFn.arg(0).times(ScalarFn.f32(1e-3)), y));
  }

  @Test
  void aDeepNetworkInTraining() {
    var layers = new Module[800];
    Arrays.setAll(layers, _ -> Layers.dense(4, 4));
    var model = Model.of(Sequential.of(layers), Model.input("x", f32("N", 4)), RandomKey.of(1));
    SmallStack.run(() ->
        assertTimeout(
            Duration.ofSeconds(60),
            () -> {
              var options = CompileOptions.cpu().size("N", 2);
              try (var step = model.trainStep(Losses.mse(), Sgd.sgd(0.1), options)) {
                step.run();
                assertTrue(step.loss() >= 0);
              }
            }));
  }
}
