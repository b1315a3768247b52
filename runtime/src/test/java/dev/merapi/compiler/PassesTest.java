package dev.merapi.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.compiler.Pipeline.Stage;
import dev.merapi.graph.Contract;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.GraphParser;
import dev.merapi.graph.GraphPrinter;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.graph.Verifier;
import dev.merapi.ops.Elementwise;
import dev.merapi.reference.Interpreter;
import dev.merapi.samples.OpSamples;
import dev.merapi.samples.RandomGraphs;
import dev.merapi.samples.RandomGraphs.Bound;
import dev.merapi.samples.Sample;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Passes change how a graph computes, never what.
class PassesTest {
  static LongStream seeds() {
    return LongStream.range(0, 150);
  }

  static Stream<Sample> samples() {
    return OpSamples.all().stream();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void randomGraphsKeepTheirResults(long seed) {
    Bound bound = RandomGraphs.draw(seed);
    checkResults(bound.graph(), bound.bindings());
    Graph optimized = Pipeline.optimize(bound.graph());
    assertTrue(optimized.nodes().size() <= bound.graph().nodes().size());
    assertEquals(optimized, GraphParser.parse(GraphPrinter.print(optimized)));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyOperationKeepsItsResults(Sample sample) {
    checkResults(sample.graph(), sample.bindings());
  }

  /// Then nobody verifies or copies it again.
  @Test
  void passesThatFindNothingGiveTheGraphThatTheyWereGiven() {
    var builder = new GraphBuilder("layer");
    Value x = builder.input("x", TensorType.f32(4, 8));
    Value w = builder.parameter("w", TensorType.f32(8, 8));
    var dot = new Contract.Dot(List.of(), List.of(), List.of(1), List.of(0));
    builder.output("y", builder.map(Elementwise.EXP.body(), builder.dot(dot, x, w)));
    Graph graph = builder.build();
    for (Stage stage : Pipeline.stages(graph)) {
      assertSame(graph, stage.graph(), stage.pass());
    }
  }

  /// Folding rounds to `f32`, which the interpreter's doubles do not; all other passes are exact.
  private static void checkResults(Graph graph, Map<String, double[]> bindings) {
    checkPass(new ConstantFolding(), graph, bindings, 1e-6);
    for (Pass pass :
        List.of(
            new RandomExpansion(),
            new AlgebraicSimplification(),
            new LargeMaps(),
            new CommonSubexpressions(),
            new DeadCode())) {
      checkPass(pass, graph, bindings, 0);
    }
    Graph optimized = Pipeline.optimize(graph);
    assertSameResults(graph, optimized, bindings, 1e-6, "all passes");
  }

  private static void checkPass(
      Pass pass, Graph graph, Map<String, double[]> bindings, double tolerance) {
    Graph next = pass.apply(graph);
    Verifier.verify(next);
    assertEquals(graph.inputs().keySet(), next.inputs().keySet());
    assertSameResults(graph, next, bindings, tolerance, pass.name());
  }

  private static void assertSameResults(
      Graph before, Graph after, Map<String, double[]> bindings, double tolerance, String where) {
    var expected = Interpreter.run(before, bindings);
    var needed = new HashMap<>(bindings);
    needed
        .keySet()
        .removeIf(
            label -> !after.inputs().containsKey(label) && !after.parameters().containsKey(label));
    var actual = Interpreter.run(after, needed);
    assertEquals(expected.outputs().keySet(), actual.outputs().keySet());
    assertEquals(expected.state().keySet(), actual.state().keySet());
    String message = where + "\n" + GraphPrinter.print(before) + GraphPrinter.print(after);
    expected
        .outputs()
        .forEach((label, data) -> assertNear(data, actual.output(label), tolerance, message));
    expected
        .state()
        .forEach((label, data) ->
            assertNear(
                data, actual.state().getOrDefault(label, new double[0]), tolerance, message));
  }

  private static void assertNear(
      double[] expected, double[] actual, double tolerance, String message) {
    if (tolerance == 0) {
      assertArrayEquals(expected, actual, message); // NaN, -0 and all
      return;
    }
    assertEquals(expected.length, actual.length, message);
    for (int i = 0; i < expected.length; i++) {
      double size = Double.isFinite(expected[i]) ? Math.max(1, Math.abs(expected[i])) : 1;
      assertEquals(expected[i], actual[i], tolerance * size, message);
    }
  }

  @Test
  void stagesAreNamedAndLinked() {
    Graph graph = RandomGraphs.draw(1).graph();
    List<Stage> stages = Pipeline.stages(graph);
    assertEquals(
        List.of(
            "input",
            "RandomExpansion",
            "ConstantFolding",
            "AlgebraicSimplification",
            "LargeMaps",
            "CommonSubexpressions",
            "DeadCode"),
        stages.stream().map(Stage::pass).toList());
    assertEquals(graph, stages.getFirst().graph());
    assertEquals(Pipeline.optimize(graph), stages.getLast().graph());
  }
}
