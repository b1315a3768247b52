package dev.merapi.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphParser;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.Program.Parameters;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Small graphs that once gave wrong numbers or none, with the right ones: what random graphs have
/// found. The element `i` of each input is `i + 1`, of each parameter `i % 3 - 1`.
class FoundGraphsTest {
  /// @param nodes of a graph whose output is `y`
  private record Found(String what, String nodes, double... expected) {
    @Override
    public String toString() {
      return what;
    }
  }

  static List<Found> found() {
    return List.of(
        new Found(
            "a flip of what other loops compute",
            """
            %0: f32[5,1] = input() {label="x"}
            %1: f32[5,1] = input() {label="z"}
            %2: f32[5,1] = input() {label="w"}
            %3: f32[5,1] = map(%0, %1) {add($0:f32,$1:f32)}
            %4: f32[5,1] = flip(%3) {axes=[0,1]}
            %5: f32[5,1] = map(%2, %4) {add($0:f32,$1:f32)}
            output "y" = %5
            """,
            1 + 10,
            2 + 8,
            3 + 6,
            4 + 4,
            5 + 2),
        new Found(
            "one column and a flip",
            """
            %0: f32[5,4] = input() {label="x"}
            %1: f32[4,1] = parameter() {label="w"}
            %2: f32[5,1] = input() {label="z"}
            %3: f32[5,1] = dot(%0, %1) {batch=[]x[] contract=[1]x[0]}
            %4: f32[5,1] = flip(%2) {axes=[0]}
            %5: f32[5,1] = map(%3, %4) {add($0:f32,$1:f32)}
            output "y" = %5
            """,
            // rows (a, a+1, a+2, a+3) times (-1, 0, 1, -1) are -a - 1
            -2 + 5,
            -6 + 4,
            -10 + 3,
            -14 + 2,
            -18 + 1),
        new Found(
            "one column and a slice in steps",
            """
            %0: f32[5,4] = input() {label="x"}
            %1: f32[4,1] = parameter() {label="w"}
            %2: f32[10,3] = input() {label="z"}
            %3: f32[5,1] = dot(%0, %1) {batch=[]x[] contract=[1]x[0]}
            %4: f32[5,1] = slice(%2) {starts=[0,0] steps=[2,3]}
            %5: f32[5,1] = map(%3, %4) {add($0:f32,$1:f32)}
            output "y" = %5
            """,
            -2 + 1,
            -6 + 7,
            -10 + 13,
            -14 + 19,
            -18 + 25),
        new Found(
            "a batch of one column and a flip",
            """
            %0: f32[2,3] = input() {label="x"}
            %1: f32[2,1,1] = parameter() {label="w"}
            %2: f32[2,3,1,1] = input() {label="z"}
            %3: f32[2,3,1,1] = dot(%0, %1) {batch=[0]x[0] contract=[]x[]}
            %4: f32[2,3,1,1] = flip(%2) {axes=[1]}
            %5: f32[2,3,1,1] = map(%3, %4) {add($0:f32,$1:f32)}
            output "y" = %5
            """,
            -1 + 3,
            -2 + 2,
            -3 + 1,
            6,
            5,
            4),
        new Found(
            "one column, a broadcast and a slice",
            """
            %0: f32[2,3] = input() {label="x"}
            %1: f32[3,1] = parameter() {label="w"}
            %2: f32[5,1] = input() {label="z"}
            %3: f32[2,1] = dot(%0, %1) {batch=[]x[] contract=[1]x[0]}
            %4: f32[5,4] = broadcast(%2) {axes=[0,1]}
            %5: f32[2,1] = slice(%4) {starts=[1,2] steps=[3,1]}
            %6: f32[2,1] = map(%3, %5) {add($0:f32,$1:f32)}
            output "y" = %6
            """,
            -1 + 3 + 2,
            -4 + 6 + 5),
        new Found(
            "a vector and a flip",
            """
            %0: f32[3,1] = input() {label="x"}
            %1: f32[1] = parameter() {label="w"}
            %2: f32[3] = input() {label="z"}
            %3: f32[3] = dot(%0, %1) {batch=[]x[] contract=[1]x[0]}
            %4: f32[3] = flip(%2) {axes=[0]}
            %5: f32[3] = map(%3, %4) {add($0:f32,$1:f32)}
            output "y" = %5
            """,
            -1 + 3,
            -2 + 2,
            -3 + 1),
        new Found(
            "a product with a number and one row of a larger matrix",
            """
            %0: f32[1,3] = input() {label="x"}
            %1: f32[] = parameter() {label="w"}
            %2: f32[1,3] = dot(%0, %1) {batch=[]x[] contract=[]x[]}
            %3: f32[2,6] = input() {label="z"}
            %4: f32[1,3] = slice(%3) {starts=[1,0] steps=[1,2]}
            %5: f32[1,3] = map(%2, %4) {add($0:f32,$1:f32)}
            output "y" = %5
            """,
            -1 + 7,
            -2 + 9,
            -3 + 11),
        new Found(
            "a convolution of one pixel and a flip",
            """
            %0: f32[2,1,2] = input() {label="x"}
            %1: f32[3,1,2] = parameter() {label="w"}
            %2: f32[2,3,1] = conv.forward(%0, %1) {in=1 out=3 groups=1 spatial=[2] kernel=[2] strides=[1] low=[0] high=[0] dilations=[1]}
            %3: f32[2,3,1] = input() {label="z"}
            %4: f32[2,3,1] = flip(%3) {axes=[1]}
            %5: f32[2,3,1] = map(%2, %4) {add($0:f32,$1:f32)}
            output "y" = %5
            """,
            -1 + 3,
            1 - 2 + 2,
            2 + 1,
            -3 + 6,
            3 - 4 + 5,
            4 + 4),
        new Found(
            "a fold over no axes beside a map",
            """
            %0: f32[4] = input() {label="x"}
            %1: f32[4] = fold(%0) {monoid=max axes=[]}
            %2: f32[4] = map(%0) {abs($0:f32)}
            %3: f32[4] = map(%1, %2) {add($0:f32,mul($1:f32,2.0))}
            output "y" = %3
            """,
            3,
            6,
            9,
            12),
        new Found(
            "folds over no axes and over all in one kernel",
            """
            %0: f32[2,2] = input() {label="x"}
            %1: f32[2,2] = map(%0) {mul($0:f32,$0:f32)}
            %2: f32[2,2] = fold(%1) {monoid=sum axes=[]}
            %3: f32[] = fold(%1) {monoid=sum axes=[0,1]}
            %4: f32[2,2] = broadcast(%3) {axes=[]}
            %5: f32[2,2] = map(%2, %4) {sub($0:f32,$1:f32)}
            output "y" = %5
            """,
            1 - 30,
            4 - 30,
            9 - 30,
            16 - 30));
  }

  @ParameterizedTest
  @MethodSource("found")
  void givesTheRightNumbers(Found found) {
    Graph graph = GraphParser.parse("graph \"found\" {\n" + found.nodes + "}\n");
    var bindings = new HashMap<String, double[]>();
    graph
        .inputs()
        .forEach((label, value) -> bindings.put(label, counted(value.shape().elements())));
    graph
        .parameters()
        .forEach((label, value) -> {
          double[] data = counted(value.shape().elements());
          Arrays.setAll(data, i -> i % 3 - 1);
          bindings.put(label, data);
        });
    for (Lanes lanes : Lanes.vectors()) {
      for (Parameters parameters : Parameters.values()) {
        check(graph, lanes, parameters, bindings, found.expected);
      }
    }
  }

  private static double[] counted(long elements) {
    double[] data = new double[Math.toIntExact(elements)];
    Arrays.setAll(data, i -> i + 1);
    return data;
  }

  private static void check(
      Graph graph,
      Lanes lanes,
      Parameters parameters,
      Map<String, double[]> bindings,
      double[] expected) {
    try (var run = new ProgramRun(graph, lanes, 1, parameters, bindings)) {
      run.run();
      assertArrayEquals(expected, run.read(Space.OUTPUT, "y"), lanes + " " + parameters);
      run.vectors().run();
      assertArrayEquals(expected, run.read(Space.OUTPUT, "y"), lanes + " vectors " + parameters);
    }
  }
}
