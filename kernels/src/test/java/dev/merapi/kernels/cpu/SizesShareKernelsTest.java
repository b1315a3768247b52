package dev.merapi.kernels.cpu;

import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.ops.Elementwise.RELU;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.compiler.Pipeline;
import dev.merapi.graph.Contract;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Value;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.kernels.target.TestTargets;
import dev.merapi.spi.Executable;
import dev.merapi.spi.LoopLimits;
import dev.merapi.spi.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A new size of a model needs few kernels that other sizes do not have: how many there are is
/// counted, because how long they take to be made depends on what else the machine does.
class SizesShareKernelsTest {
  /// Of up to 28 rows each size has a tile of its own.
  private static final int SMALLEST = 29;

  private static final int LARGEST = 256;

  /// `relu(x[N,50] w[50,84])`.
  private static Graph layer() {
    var builder = new GraphBuilder("layer");
    Value x = builder.input("x", f32("N", 50));
    Value w = builder.parameter("w", f32(50, 84));
    var dot = new Contract.Dot(List.of(), List.of(), List.of(1), List.of(0));
    builder.output("y", builder.map(RELU.body(), builder.dot(dot, x, w)));
    return builder.build();
  }

  @Test
  void aLayerHasOneKernelForEachHeightOfItsTiles() {
    var found = TestTargets.all().getFirst();
    assumeTrue(found instanceof MachineTarget, "there is no machine code here");
    MachineTarget target = (MachineTarget) found;
    var backend = new CpuBackend(target);
    List<Executable> plans = new ArrayList<>();
    for (long size = LARGEST; size >= SMALLEST; size--) {
      Program program =
          Pipeline.compile(
              layer(), Map.of("N", size), Program.Parameters.FROZEN, LoopLimits.COMMON);
      plans.add(backend.compile(program, 1));
    }
    int kernels = target.size();
    assertTrue(kernels <= 18, () -> "kernels of all sizes: " + kernels);
    plans.forEach(Executable::close);
    assertEquals(0, target.size());
  }
}
