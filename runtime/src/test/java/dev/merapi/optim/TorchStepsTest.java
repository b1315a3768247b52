package dev.merapi.optim;

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
import static dev.merapi.train.Losses.mse;
import static dev.merapi.train.Penalty.l1;
import static dev.merapi.train.Penalty.l2;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.CompileOptions;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.TrainOptions;
import dev.merapi.TrainStep;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Activations;
import dev.merapi.nn.Layers;
import dev.merapi.nn.Sequential;
import dev.merapi.samples.Fixture;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Against PyTorch: `steps.txt`, made by `steps.py` beside it, has the losses of 20 steps and the
/// parameters behind them.
class TorchStepsTest {
  private static final Fixture RECORDED = Fixture.of(TorchStepsTest.class, "steps.txt");
  private static final int STEPS = 20;
  private static final Map<String, TrainOptions> CASES = cases();

  private static Map<String, TrainOptions> cases() {
    var cases = new LinkedHashMap<String, TrainOptions>();
    optimizers().forEach((name, optimizer) -> cases.put(name, TrainOptions.of(mse(), optimizer)));
    TrainOptions plain = TrainOptions.of(mse(), sgd(0.1));
    cases.put("clipNorm", plain.clipNorm(0.5));
    cases.put("clipValue", plain.clipValue(0.1));
    cases.put("frozen", plain.optimizer(adam(0.01)).clipNorm(0.5).freeze("0.*"));
    cases.put("l1", plain.penalty(l1(0.01)));
    cases.put("l2", plain.penalty(l2(0.01)));
    cases.put("elastic", plain.penalty(l1(0.01)).penalty(l2(0.02).on("0.bias")));
    return cases;
  }

  private static Map<String, Optimizer> optimizers() {
    var all = new LinkedHashMap<String, Optimizer>();
    all.put("sgd", sgd(0.1));
    all.put("sgd.momentum", sgd(0.05).momentum(0.9).dampening(0.3).weightDecay(0.01));
    all.put("sgd.nesterov", sgd(0.05).momentum(0.9).nesterov());
    all.put("adam", adam(0.01));
    all.put("adam.decay", adam(0.01).betas(0.8, 0.99).epsilon(1e-6).weightDecay(0.1));
    all.put("adam.amsgrad", adam(0.02).betas(0.5, 0.6).amsgrad());
    all.put("adamW", adamW(0.01));
    all.put("adamW.amsgrad", adamW(0.02).betas(0.5, 0.6).weightDecay(0.3).amsgrad());
    all.put("rmsProp", rmsProp(0.01));
    all.put(
        "rmsProp.momentum",
        rmsProp(0.005).alpha(0.9).epsilon(1e-5).momentum(0.8).weightDecay(0.05));
    all.put("rmsProp.centered", rmsProp(0.005).alpha(0.9).epsilon(0.01).centered());
    all.put("adagrad", adagrad(0.1));
    all.put(
        "adagrad.decay",
        adagrad(0.1).rateDecay(0.1).weightDecay(0.02).accumulator(0.5).epsilon(1e-6));
    all.put("adadelta", adadelta(1));
    all.put("adadelta.decay", adadelta(0.7).rho(0.8).epsilon(1e-4).weightDecay(0.1));
    all.put("adamax", adamax(0.01));
    all.put("adamax.decay", adamax(0.02).betas(0.8, 0.9).epsilon(1e-6).weightDecay(0.1));
    all.put("nAdam", nAdam(0.01));
    all.put(
        "nAdam.decay",
        nAdam(0.01).betas(0.8, 0.99).epsilon(1e-6).weightDecay(0.1).momentumDecay(0.1));
    all.put(
        "groups",
        groups(
            adamW(0.02).weightDecay(0.2),
            group("2.*", adamW(0.002).weightDecay(0.2)),
            group("*.bias", adamW(0.02).weightDecay(0))));
    return all;
  }

  private static Model model(int rows) {
    var net = Sequential.of(Layers.dense(3, 4), Activations.tanh(), Layers.dense(4, 2));
    Model model = Model.of(net, Model.input("x", TensorType.f32(rows, 3)), RandomKey.of(1));
    float[] start = RECORDED.floats("start");
    int next = 0;
    for (HostTensor each : model.parameters().values()) {
      each.copyFrom(start, next);
      next += Math.toIntExact(each.elements());
    }
    return model;
  }

  private static TrainStep step(int rows, TrainOptions options) {
    return model(rows).trainStep(options, CompileOptions.on("reference"));
  }

  /// Fills a step with some of the six rows.
  private static void fill(TrainStep step, int first) {
    float[] data = RECORDED.floats("data");
    step.input("x").copyFrom(data, first * 3);
    step.target().copyFrom(data, 18 + first * 2);
  }

  static List<String> names() {
    return List.copyOf(CASES.keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void twentyStepsFollowPyTorch(String name) {
    double[] expected = RECORDED.get(name);
    try (TrainStep step = step(6, CASES.get(name))) {
      fill(step, 0);
      for (int i = 0; i < STEPS; i++) {
        step.run();
        assertEquals(expected[i], step.loss(), 1e-6 * expected[i], "loss of step " + i);
      }
      assertParameters(expected, step);
    }
  }

  private static void assertParameters(double[] expected, TrainStep step) {
    double size = Arrays.stream(expected).skip(STEPS).map(Math::abs).max().orElseThrow();
    int next = STEPS;
    for (String name : List.of("0.weight", "0.bias", "2.weight", "2.bias")) {
      for (float value : step.state().get(name).toFloats()) {
        assertEquals(expected[next++], value, 1e-6 * size, name);
      }
    }
    assertEquals(expected.length, next);
  }

  /// PyTorch saw all six rows in each step.
  @ParameterizedTest
  @MethodSource("names")
  void threeRunsOfTwoRowsAreOneStepOfSix(String name) {
    try (TrainStep step = step(2, CASES.get(name).accumulate(3))) {
      for (int i = 0; i < STEPS; i++) {
        for (int first = 0; first < 6; first += 2) {
          fill(step, first);
          step.run();
        }
      }
      assertParameters(RECORDED.get(name), step);
    }
  }

  @Test
  void normsAreMeasuredBeforeClipping() {
    double[] expected = RECORDED.get("norms");
    TrainOptions options = CASES.get("clipNorm").gradientNorms();
    try (TrainStep step = step(6, options)) {
      fill(step, 0);
      step.run();
      var norms = step.gradientNorms();
      assertEquals(expected[0], norms.global(), 1e-6 * expected[0]);
      assertEquals(List.of("0.weight", "0.bias", "2.weight", "2.bias"), norms.parameters());
      int next = 1;
      for (float norm : norms.toMap().values()) {
        assertEquals(expected[next], norm, 1e-6 * expected[next]);
        next++;
      }
    }
  }
}
