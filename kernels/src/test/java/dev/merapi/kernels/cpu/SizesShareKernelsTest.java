package dev.merapi.kernels.cpu;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.layerNorm;
import static dev.merapi.nn.Layers.maxPool;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Tensor;
import dev.merapi.compiler.Pipeline;
import dev.merapi.graph.TensorType;
import dev.merapi.kernels.machine.Cpu.Level;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.kernels.target.TestTargets;
import dev.merapi.nn.Activations;
import dev.merapi.nn.Dense;
import dev.merapi.nn.LayerNorm;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import dev.merapi.spi.Executable;
import dev.merapi.spi.Packed;
import dev.merapi.spi.Program;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A new size of a model needs few kernels that other sizes do not have: how many there are is
/// counted, because how long they take to be made depends on what else the machine does.
class SizesShareKernelsTest {
  private static final int LARGEST = 256;

  /// @param largest most kernels of all sizes together, with vectors of 512 bits
  private record Subject(String name, Model model, int largest) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Subject> subjects() {
    var images =
        Sequential.of(
            conv2d(1, 6, 5),
            relu(),
            maxPool(2),
            conv2d(6, 16, 3),
            relu(),
            flatten(),
            dense(16 * 8 * 8, 60),
            relu(),
            dense(60, 10));
    return List.of(
        new Subject("images", of(images, f32("N", 1, 24, 24)), 56),
        new Subject("tokens", of(new Attention(), f32("N", 48)), 140));
  }

  private static Model of(Module net, TensorType x) {
    return Model.of(net, input("x", x), RandomKey.of(1));
  }

  /// The number of tokens is the height of some products, the width of others, the depth of a third
  /// kind, and the length of folded rows.
  private static final class Attention extends Module {
    private final LayerNorm norm = child("norm", layerNorm(48));
    private final Dense queries = child("queries", dense(48, 48));
    private final Dense keys = child("keys", dense(48, 48));
    private final Dense values = child("values", dense(48, 48));
    private final Dense inner = child("inner", dense(48, 96));
    private final Dense outer = child("outer", dense(96, 48));

    @Override
    protected Tensor forward(Tensor x) {
      Tensor y = norm.apply(x);
      Tensor scores = heads(queries, y).matmul(heads(keys, y).transpose(1, 2)).times(0.25);
      Tensor mixed = scores.softmax(2).matmul(heads(values, y));
      Tensor joined = mixed.permute(1, 0, 2).reshape("N", 48).plus(x);
      return joined.plus(outer.apply(Activations.gelu(inner.apply(joined))));
    }

    private static Tensor heads(Dense dense, Tensor x) {
      return dense.apply(x).reshape("N", 3, 16).permute(1, 0, 2);
    }
  }

  private static List<Integer> sizes(Random random) {
    var sizes = new ArrayList<>(IntStream.rangeClosed(1, LARGEST).boxed().toList());
    Collections.shuffle(sizes, random);
    return sizes;
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void allSizesOfAModelShareAFewKernels(Subject subject) {
    var found = TestTargets.all().getFirst();
    assumeTrue(found instanceof MachineTarget, "there is no machine code here");
    MachineTarget target = (MachineTarget) found;
    var backend = new CpuBackend(target);
    Random random = new Random(7);
    List<Executable> plans = new ArrayList<>();
    Map<String, Set<Object>> layouts = new HashMap<>();
    int kernels = 0;
    for (int pass = 0; pass < 2; pass++) {
      for (long size : sizes(random)) {
        Program program =
            Pipeline.compile(
                subject.model.graph(),
                Map.of("N", size),
                Program.Parameters.FROZEN,
                backend.limits());
        Executable plan = backend.compile(program, 1);
        plans.add(plan);
        for (Packed packed : plan.packed()) {
          layouts
              .computeIfAbsent(packed.source().label(), _ -> new HashSet<>())
              .add(packed.layout());
        }
        if (pass > 0) {
          assertEquals(kernels, target.size(), "another kernel for the known size " + size);
        }
      }
      kernels = target.size();
      int all = kernels;
      boolean isCounted = target.level() == Level.AVX512;
      assertTrue(!isCounted || all <= subject.largest, () -> "kernels of all sizes: " + all);
    }
    layouts.forEach((label, all) -> assertEquals(1, all.size(), () -> label + ": " + all));
    plans.forEach(Executable::close);
    assertEquals(0, target.size());
  }
}
