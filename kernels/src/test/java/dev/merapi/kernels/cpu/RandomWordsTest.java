package dev.merapi.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.graph.DType;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Source.RandomBits;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.reference.Interpreter;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.Program.Parameters;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random words in vector code and in scalar twins are the interpreter's, and a dropout is one
/// kernel.
class RandomWordsTest {
  private static Graph dropout(int count) {
    var builder = new GraphBuilder("dropout");
    Value key = builder.parameter("key", TensorType.i32(2));
    Value counter = builder.parameter("counter", TensorType.i32());
    Value x = builder.input("x", TensorType.f32(count));
    var random = new RandomBits(TensorType.i32(count));
    Value words = builder.add(random, List.of(key, counter)).result();
    ScalarFn kept = ScalarFn.arg(1, DType.I32).lessThan(ScalarFn.i32(1 << 30));
    ScalarFn drop = kept.select(ScalarFn.arg(0).times(ScalarFn.f32(4 / 3.0)), ScalarFn.f32(0));
    builder.output("y", builder.map(drop, x, words));
    return builder.build();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 15, 16, 17, 61, 1031})
  void masksAreTheInterpreters(int count) {
    Graph graph = dropout(count);
    Map<String, double[]> bindings =
        Map.of(
            "key", new double[] {123, -456},
            "counter", new double[] {7},
            "x", DoubleStream.iterate(1, value -> value + 1).limit(count).toArray());
    double[] expected = Interpreter.run(graph, bindings).output("y");
    for (Lanes lanes : CpuBackendTest.widths().toList()) {
      for (int threads = 1; threads <= 3; threads++) {
        try (var run = new ProgramRun(graph, lanes, threads, Parameters.LIVE, bindings)) {
          assertEquals(1, run.program().regions().size());
          run.run();
          assertArrayEquals(expected, run.read(Space.OUTPUT, "y"), 1e-3, lanes + " twin");
          int[] twin = run.bits().get("output y");
          run.vectors().run();
          assertArrayEquals(twin, run.bits().get("output y"), lanes + " vectors");
        }
      }
    }
  }
}
