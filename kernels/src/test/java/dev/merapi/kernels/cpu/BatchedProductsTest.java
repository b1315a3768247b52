package dev.merapi.kernels.cpu;

import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.ops.Elementwise.ADD;
import static dev.merapi.ops.Elementwise.RELU;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.merapi.compiler.Pipeline;
import dev.merapi.graph.Contract;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Value;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.memory.Slab;
import dev.merapi.reference.Interpreter;
import dev.merapi.spi.Addresses;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.LoopLimits;
import dev.merapi.spi.Program;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Batches of products, which threads share by matrices or by parts of each.
class BatchedProductsTest {
  /// `relu(x[B,m,k] y[B,k,n] + z[B,m,n])`.
  private static Graph graph(long batch, long m, long k, long n) {
    var builder = new GraphBuilder("batched");
    Value x = builder.input("x", f32(batch, m, k));
    Value y = builder.input("y", f32(batch, k, n));
    Value z = builder.input("z", f32(batch, m, n));
    var dot = new Contract.Dot(List.of(0), List.of(0), List.of(2), List.of(1));
    Value sum = builder.map(ADD.body(), builder.dot(dot, x, y), z);
    builder.output("out", builder.map(RELU.body(), sum));
    return builder.build();
  }

  @ParameterizedTest
  @CsvSource({"1,70,80,90", "2,70,80,90", "3,70,80,90", "5,70,80,90", "64,20,33,17", "7,1,300,300"})
  void eachMatrixHasItsOwnOperands(long batch, long m, long k, long n) {
    Graph graph = graph(batch, m, k, n);
    var bindings = ProgramRun.gaussian(graph, 1);
    double[] expected = Interpreter.run(graph, bindings).output("out");
    Map<String, int[]> bits = Map.of();
    for (int threads = 1; threads <= 4; threads++) {
      try (var run = new ProgramRun(graph, Lanes.L4, threads, Program.Parameters.LIVE, bindings)) {
        for (int i = 0; i < 3; i++) {
          run.run();
          assertArrayEquals(expected, run.read(Space.OUTPUT, "out"), 1e-4);
        }
        bits = bits.isEmpty() ? run.bits() : bits;
        assertArrayEquals(bits.get("output out"), run.bits().get("output out"));
      }
    }
  }

  @Test
  void aBatchCostsNoObjectForEachMatrix() {
    var graph = graph(200_000, 1, 1, 1);
    Program program = Pipeline.compile(graph, Map.of(), Program.Parameters.LIVE, LoopLimits.COMMON);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (var executable = new CpuBackend(Lanes.L4).compile(program, 2);
        var session = Slab.allocate(program.sessionBytes() + executable.scratchBytes() + 64)) {
      var addresses =
          new Addresses(
              Map.of(), List.of(), session.address(), session.address() + program.sessionBytes());
      long before = threads.getCurrentThreadAllocatedBytes();
      var runner = executable.bind(addresses);
      long bytes = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(bytes < 1_000_000, () -> "bytes on the heap: " + bytes);
      runner.run();
      assertEquals(200_000 * 4L, program.buffer(Space.OUTPUT, "out").bytes());
    }
  }
}
