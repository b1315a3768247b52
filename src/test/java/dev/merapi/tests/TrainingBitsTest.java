package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.crossEntropy;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.TrainStep;
import dev.merapi.examples.LeNet;
import dev.merapi.memory.HostTensor;
import dev.merapi.optim.Optimizer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Training and serving give the same bits whatever the threads and the temperature of the JIT, and
/// a warm session allocates nothing.
class TrainingBitsTest {
  private static final int BATCH = 16;
  private static final int STEPS = 12;

  private static Model model() {
    return Model.of(LeNet.network(), input("image", f32("N", 1, 28, 28)), RandomKey.of(3));
  }

  /// Optimizers to try; Adam's step divides and takes roots, where bits are lost first.
  private static Map<String, Optimizer> optimizers() {
    var optimizers = new LinkedHashMap<String, Optimizer>();
    optimizers.put("sgd", sgd(0.01).momentum(0.9));
    optimizers.put("adam", adam(0.001));
    return optimizers;
  }

  private static CompileOptions cpu(int threads) {
    return CompileOptions.cpu().upTo("N", BATCH).threads(threads);
  }

  private static TrainStep step(Optimizer optimizer, int threads) {
    return model().trainStep(crossEntropy(), optimizer, cpu(threads));
  }

  /// The bits of losses and weights after some steps, the last of which is smaller.
  private static int[] train(TrainStep step) {
    int[] bits = new int[STEPS];
    for (int i = 0; i < STEPS; i++) {
      int rows = i == STEPS - 1 ? 5 : BATCH;
      fill(step.resize("N", rows), i, rows);
      step.run();
      bits[i] = Float.floatToRawIntBits(step.loss());
    }
    var all = new LinkedHashMap<String, Integer>();
    step.state().forEach((name, tensor) -> all.put(name, hash(tensor)));
    int[] result = Arrays.copyOf(bits, STEPS + all.size());
    int next = STEPS;
    for (int hash : all.values()) {
      result[next++] = hash;
    }
    return result;
  }

  private static int hash(HostTensor tensor) {
    float[] values = tensor.toFloats();
    int hash = 1;
    for (float value : values) {
      hash = 31 * hash + Float.floatToRawIntBits(value);
    }
    return hash;
  }

  private static void fill(TrainStep step, int seed, int rows) {
    step.input("image").copyFrom(RandomKey.of(seed).normal(rows * 784, 0, 1));
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = (seed + i) % 10;
    }
    step.target().copyFrom(labels);
  }

  @Test
  void trainingGivesTheSameBitsForAnyThreadsColdAndWarm() {
    optimizers()
        .forEach((name, optimizer) -> {
          int[] cold = trained(step(optimizer, 1));
          for (int threads = 2; threads <= 3; threads++) {
            assertArrayEquals(
                cold, trained(step(optimizer, threads)), name + ", threads " + threads);
          }
          assertArrayEquals(cold, trained(step(optimizer, 3).warmUp()), name + ", warm, threads 3");
        });
  }

  private static int[] trained(TrainStep step) {
    try (step) {
      return train(step);
    }
  }

  @Test
  void servingGivesTheSameBitsForAnyThreadsAndBatchSize() {
    float[] images = RandomKey.of(1).normal(BATCH * 784, 0, 1);
    float[] first;
    try (CompiledModel compiled = model().compile(cpu(1))) {
      first = compiled.run(Map.of("image", images)).get(Model.OUTPUT);
      float[] two = compiled.run(Map.of("image", Arrays.copyOf(images, 2 * 784))).get(Model.OUTPUT);
      assertArrayEquals(Arrays.copyOf(first, 20), two, "two images alone");
    }
    for (int threads = 2; threads <= 3; threads++) {
      try (CompiledModel compiled = model().compile(cpu(threads))) {
        float[] result = compiled.run(Map.of("image", images)).get(Model.OUTPUT);
        assertArrayEquals(first, result, "threads " + threads);
      }
    }
  }

  @Test
  void aWarmSessionAllocatesNothing() {
    try (CompiledModel compiled = model().compile(cpu(1)).warmUp();
        Session session = compiled.newSession().resize("N", 1)) {
      float[] image = RandomKey.of(1).normal(784, 0, 1);
      float[] scores = new float[10];
      Allocation.assertNone(() -> {
        session.input("image").copyFrom(image);
        session.run();
        session.output(Model.OUTPUT).copyTo(scores);
      });
    }
  }
}
