package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.gelu;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.batchNorm;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.dropout;
import static dev.merapi.nn.Layers.dropout2d;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.layerNorm;
import static dev.merapi.nn.Layers.maxPool;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.crossEntropy;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.CompileOptions;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.TrainStep;
import dev.merapi.graph.DType;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Sequential;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Layers that behave differently in training, trained and served by the CPU backend: as by the
/// reference, with the same bits for any threads, and after a pause as without.
class TrainingModesTest {
  private static final int BATCH = 13;
  private static final int STEPS = 5;
  private static final int PIXELS = 2 * 9 * 9;

  private static Model model() {
    var net =
        Sequential.of(
            conv2d(2, 5, 3).withoutBias(),
            batchNorm(5),
            relu(),
            dropout2d(0.2),
            maxPool(2),
            flatten(),
            dense(45, 19),
            batchNorm(19).momentum(0.3),
            gelu(),
            dropout(0.4),
            dense(19, 17),
            layerNorm(17),
            dense(17, 4));
    return Model.of(net, input("image", f32("N", 2, 9, 9)), RandomKey.of(3));
  }

  private static TrainStep step(CompileOptions options) {
    return model().trainStep(crossEntropy(), sgd(0.05).momentum(0.9), options.upTo("N", BATCH));
  }

  /// Runs steps `from ... to - 1`; the fourth has fewer rows.
  private static void train(TrainStep step, int from, int to) {
    for (int i = from; i < to; i++) {
      int rows = i == 3 ? 4 : BATCH;
      step.resize("N", rows);
      step.input("image").copyFrom(RandomKey.of(i).normal(rows * PIXELS, 0, 1));
      int[] labels = new int[rows];
      Arrays.setAll(labels, row -> row % 4);
      step.target().copyFrom(labels);
      step.run();
    }
  }

  private static Map<String, int[]> bits(TrainStep step) {
    var all = new LinkedHashMap<String, int[]>();
    step.state().forEach((name, tensor) -> all.put(name, bits(tensor)));
    try (Session session = step.evaluate()) {
      session.input("image").copyFrom(RandomKey.of(99).normal(BATCH * PIXELS, 0, 1));
      session.run();
      all.put("served", bits(session.output(Model.OUTPUT)));
    }
    return all;
  }

  private static int[] bits(HostTensor tensor) {
    int[] bits = new int[Math.toIntExact(tensor.elements())];
    Arrays.setAll(
        bits,
        i ->
            tensor.type().dtype() == DType.F32
                ? Float.floatToRawIntBits(tensor.getFloat(i))
                : tensor.getInt(i));
    return bits;
  }

  private static Map<String, int[]> trained(TrainStep step) {
    try (step) {
      train(step, 0, STEPS);
      return bits(step);
    }
  }

  private static void assertSame(Map<String, int[]> expected, Map<String, int[]> actual) {
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach((name, data) -> assertArrayEquals(data, actual.get(name), name));
  }

  @Test
  void trainingFollowsTheReference() {
    Map<String, int[]> reference = trained(step(CompileOptions.on("reference")));
    Map<String, int[]> cpu = trained(step(CompileOptions.cpu()));
    assertEquals(reference.keySet(), cpu.keySet());
    reference.forEach((name, expected) -> {
      int[] actual = cpu.get(name);
      if (name.equals("merapi.state.random")) {
        assertArrayEquals(new int[] {0, 0, STEPS}, actual);
        assertArrayEquals(expected, actual);
      } else {
        for (int i = 0; i < expected.length; i++) {
          float wanted = Float.intBitsToFloat(expected[i]);
          float found = Float.intBitsToFloat(actual[i]);
          assertEquals(wanted, found, 2e-4f * Math.max(1, Math.abs(wanted)), name + " " + i);
        }
      }
    });
  }

  @Test
  void trainingGivesTheSameBitsForAnyThreads() {
    Map<String, int[]> one = trained(step(CompileOptions.cpu()));
    assertSame(one, trained(step(CompileOptions.cpu().threads(2))));
    assertSame(one, trained(step(CompileOptions.cpu().threads(3))));
  }

  @Test
  void aResumedRunGivesTheSameBits() {
    Map<String, int[]> through = trained(step(CompileOptions.cpu()));
    try (TrainStep before = step(CompileOptions.cpu());
        TrainStep after = step(CompileOptions.cpu())) {
      train(before, 0, 2);
      after.restore(before.state());
      train(after, 2, STEPS);
      assertSame(through, bits(after));
    }
  }
}
