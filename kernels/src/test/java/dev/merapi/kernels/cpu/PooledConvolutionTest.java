package dev.merapi.kernels.cpu;

import static dev.merapi.graph.TensorType.f32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.Tensor;
import dev.merapi.Trace;
import dev.merapi.Trace.Mode;
import dev.merapi.graph.Graph;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.kernels.target.Targets;
import dev.merapi.nn.Activations;
import dev.merapi.nn.Layers;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import dev.merapi.reference.Interpreter;
import dev.merapi.spi.Buffer.Space;
import dev.merapi.spi.Program;
import dev.merapi.spi.Program.Parameters;
import dev.merapi.spi.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PooledConvolutionTest {
  private static final int BATCH = 3;

  /// Whether somebody else reads what is pooled, so that it must be written.
  private enum Readers {
    POOLING,
    OTHERS
  }

  private static Module block(int inputs, int outputs) {
    return Sequential.of(Layers.conv2d(inputs, outputs, 3).padding(1), Activations.relu());
  }

  /// A plain convolution and one by Winograd's method, each pooled. The second result finds its
  /// place where the convolution before still reads.
  private static Graph graph(Readers readers) {
    var first = block(2, 17);
    var second = block(17, 80);
    var trace = Trace.of("pooled", Mode.EVALUATE);
    trace.name(Sequential.of(first, second).names());
    Tensor x = trace.input("x", f32(BATCH, 2, 27, 22));
    Tensor a = trace.run(() -> first.apply(x));
    Tensor pooled = trace.run(() -> Layers.maxPool(2).apply(a));
    Tensor b = trace.run(() -> second.apply(pooled));
    Tensor result = trace.run(() -> Layers.maxPool(2).apply(b));
    trace.output("y", trace.run(() -> Activations.relu().apply(result.plus(1))));
    if (readers == Readers.OTHERS) {
      trace.output("a", a);
      trace.output("b", b);
    }
    return trace.finish();
  }

  private static List<PooledConvolutionKernel> fused(Program program) {
    List<Region> regions = program.regions();
    var kernels = new ArrayList<PooledConvolutionKernel>();
    for (int i = 0; i + 1 < regions.size(); i++) {
      if (regions.get(i) instanceof Region.Convolution conv
          && regions.get(i + 1) instanceof Region.Pool pool
          && PooledConvolutionKernel.suits(conv, pool, program)) {
        kernels.add(new PooledConvolutionKernel(conv, pool, program, Targets.host()));
      }
    }
    return kernels;
  }

  @ParameterizedTest
  @EnumSource(Parameters.class)
  void giveTheBitsOfTwoKernelsAtEveryWidthAndForAnyNumberOfThreads(Parameters parameters) {
    var seen = new ArrayList<int[]>();
    for (Readers readers : Readers.values()) {
      Graph graph = graph(readers);
      Map<String, double[]> bindings = ProgramRun.gaussian(graph, 3);
      double[] expected = Interpreter.run(graph, bindings).output("y");
      for (Lanes lanes : CpuBackendTest.widths().toList()) {
        for (int threads = 1; threads <= 3; threads++) {
          try (var run = new ProgramRun(graph, lanes, threads, parameters, bindings)) {
            run.run();
            seen.add(run.bits().get("output y"));
            if (threads == 2) {
              run.vectors().run();
              seen.add(run.bits().get("output y"));
            }
            assertArrayEquals(expected, run.read(Space.OUTPUT, "y"), 1e-4);
          }
        }
      }
    }
    seen.forEach(bits -> assertArrayEquals(seen.getFirst(), bits));
  }

  @Test
  void areOneKernelWhereNobodyElseReadsWhatIsPooled() {
    for (Readers readers : Readers.values()) {
      Graph graph = graph(readers);
      try (var run =
          new ProgramRun(graph, Lanes.L4, 1, Parameters.FROZEN, ProgramRun.gaussian(graph, 3))) {
        var kernels = fused(run.program());
        assertEquals(readers == Readers.POOLING ? 2 : 0, kernels.size());
        if (readers == Readers.POOLING) {
          assertFalse(kernels.getFirst().isStaged());
          assertTrue(kernels.getLast().isStaged());
        }
      }
    }
  }
}
