package dev.merapi.tests;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.optim.Adadelta.adadelta;
import static dev.merapi.optim.Adagrad.adagrad;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.optim.AdamW.adamW;
import static dev.merapi.optim.Adamax.adamax;
import static dev.merapi.optim.Groups.group;
import static dev.merapi.optim.Groups.groups;
import static dev.merapi.optim.NAdam.nAdam;
import static dev.merapi.optim.RmsProp.rmsProp;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.crossEntropy;
import static dev.merapi.train.Penalty.l1;
import static dev.merapi.train.Penalty.l2;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.CompileOptions;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.TrainOptions;
import dev.merapi.TrainStep;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Sequential;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// All that a training step can be asked for gives on the CPU what the reference computes, with the
/// same bits for any threads.
class TrainStepsTest {
  private static final int ROWS = 5;
  private static final int RUNS = 6;
  private static final Map<String, TrainOptions> CASES = cases();

  private static Map<String, TrainOptions> cases() {
    var cases = new LinkedHashMap<String, TrainOptions>();
    for (var optimizer :
        List.of(
            sgd(0.05).momentum(0.9).dampening(0.2).weightDecay(0.01),
            adam(0.01).amsgrad(),
            adamW(0.01),
            rmsProp(0.003).alpha(0.9).epsilon(0.01).centered().momentum(0.5),
            adagrad(0.02).rateDecay(0.1).accumulator(0.1),
            adadelta(0.5).epsilon(1e-3),
            adamax(0.01),
            nAdam(0.01))) {
      cases.put(optimizer.toString(), TrainOptions.of(crossEntropy(), optimizer));
    }
    TrainOptions plain = TrainOptions.of(crossEntropy(), sgd(0.05).momentum(0.9));
    cases.put("accumulate", plain.accumulate(3));
    cases.put("clipNorm", plain.clipNorm(0.3));
    cases.put("clipValue", plain.clipValue(0.02));
    cases.put("penalties", plain.penalty(l1(1e-3)).penalty(l2(1e-2)));
    cases.put("norms", plain.gradientNorms());
    cases.put("frozen", plain.freeze("0.*"));
    TrainOptions grouped =
        plain.optimizer(
            groups(
                adam(0.01),
                group("*.bias", sgd(0.1)),
                group("3.*", adamW(0.002).weightDecay(0.1))));
    cases.put("groups", grouped);
    cases.put(
        "everything",
        grouped
            .penalty(l2(1e-2))
            .clipValue(0.2)
            .clipNorm(0.3)
            .accumulate(2)
            .gradientNorms()
            .loss(crossEntropy().weights(1, 2, 3, 4).labelSmoothing(0.1).ignoring(3)));
    return cases;
  }

  static List<String> names() {
    return List.copyOf(CASES.keySet());
  }

  private static TrainStep step(TrainOptions training, CompileOptions options) {
    var net =
        Sequential.of(conv2d(1, 3, 3), relu(), flatten(), dense(75, 17), relu(), dense(17, 4));
    return Model.of(net, input("x", f32(ROWS, 1, 7, 7)), RandomKey.of(3))
        .trainStep(training, options);
  }

  private static void fill(TrainStep step, int run) {
    step.input("x").copyFrom(RandomKey.of(run).normal(ROWS * 49, 0, 1));
    step.target().copyFrom(new int[] {run % 4, 1, 2, 3, (run + 2) % 4});
  }

  /// Losses, norms where they are measured, then all of the state.
  private static float[] train(String name, CompileOptions options) {
    TrainOptions training = CASES.get(name);
    try (TrainStep step = step(training, options)) {
      var results = new float[2 * RUNS];
      for (int run = 0; run < RUNS; run++) {
        fill(step, run);
        step.run();
        results[2 * run] = step.loss();
        if (training.watch() == TrainOptions.Watch.GRADIENT_NORMS) {
          results[2 * run + 1] = step.gradientNorms().global();
        }
      }
      var all = new float[][] {results};
      for (HostTensor tensor : step.state().values()) {
        if (tensor.type().dtype().isFloat()) {
          all = Arrays.copyOf(all, all.length + 1);
          all[all.length - 1] = tensor.toFloats();
        }
      }
      return joined(all);
    }
  }

  private static float[] joined(float[]... parts) {
    float[] all = new float[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    int next = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, next, part.length);
      next += part.length;
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("names")
  void theCpuFollowsTheReference(String name) {
    float[] expected = train(name, CompileOptions.on("reference"));
    float[] actual = train(name, CompileOptions.cpu());
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 2e-5 * Math.max(0.1, Math.abs(expected[i])), name + i);
    }
    assertArrayEquals(actual, train(name, CompileOptions.cpu().threads(3)), name + ", 3 threads");
  }

  @Test
  void aRunAllocatesNothingWhateverItIsAskedFor() {
    try (TrainStep step = step(CASES.get("everything"), CompileOptions.cpu())) {
      fill(step, 1);
      var norms = step.gradientNorms();
      float[] sink = new float[1];
      Allocation.assertNone(() -> {
        step.run();
        sink[0] += step.loss() + norms.global() + norms.of("3.weight");
      });
    }
  }
}
