package dev.merapi.kernels.cpu;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.compiler.Pipeline;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.memory.Slab;
import dev.merapi.nn.Sequential;
import dev.merapi.spi.LoopLimits;
import dev.merapi.spi.Packed;
import dev.merapi.spi.Program;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Packed weights that plans of several sizes share.
class PackedLayoutsTest {
  private record Source(String parameter, Object layout) {}

  private final Model model =
      Model.of(
          Sequential.of(
              conv2d(3, 20, 3).padding(1), // by Winograd's method where there are enough channels
              relu(),
              conv2d(20, 33, 3).padding(1),
              relu(),
              conv2d(33, 7, 5),
              flatten(),
              dense(7 * 4 * 4, 650),
              relu(),
              dense(650, 1)),
          input("x", f32("N", 3, 8, 8)),
          RandomKey.of(1));

  private static int[] packed(Packed packed, Slab weights) {
    try (Slab memory = Slab.allocate(packed.bytes())) {
      packed.packer().pack(weights.address(), memory.address());
      int[] words = memory.segment().toArray(ValueLayout.JAVA_INT);
      if (packed.layout().toString().contains("TRANSFORMS")) {
        words[0] = 0; // Winograd's banks begin with the address of the weights
        words[1] = 0;
      }
      return words;
    }
  }

  @ParameterizedTest
  @MethodSource("dev.merapi.kernels.cpu.CpuBackendTest#widths")
  void equalLayoutsHoldEqualBytesAndThereAreFew(Lanes lanes) {
    Map<Source, int[]> known = new HashMap<>();
    Map<String, Set<Object>> layouts = new HashMap<>();
    for (long n : new long[] {1, 2, 3, 7, 12, 13, 32, 64}) {
      Program program =
          Pipeline.compile(
              model.graph(), Map.of("N", n), Program.Parameters.FROZEN, LoopLimits.COMMON);
      try (var executable = new CpuBackend(lanes).compile(program, 1)) {
        for (Packed packed : executable.packed()) {
          String label = packed.source().label();
          layouts.computeIfAbsent(label, _ -> new HashSet<>()).add(packed.layout());
          try (Slab weights = Slab.allocate(packed.source().bytes())) {
            model.parameters().get(label).copyTo(weights.segment());
            int[] words = packed(packed, weights);
            int[] before = known.putIfAbsent(new Source(label, packed.layout()), words);
            if (before != null) {
              assertArrayEquals(before, words, label + " N=" + n);
            }
          }
        }
      }
    }
    assertEquals(5, layouts.size());
    layouts.forEach((label, all) -> {
      int most = label.startsWith("6") || label.startsWith("8") ? 4 : 1;
      assertTrue(all.size() <= most, () -> label + " " + all);
    });
  }
}
