package dev.merapi;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.optim.Groups.group;
import static dev.merapi.optim.Groups.groups;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.mse;
import static dev.merapi.train.Penalty.l1;
import static dev.merapi.train.Penalty.l2;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.memory.HostTensor;
import dev.merapi.nn.Activations;
import dev.merapi.nn.Initializers;
import dev.merapi.nn.Layers;
import dev.merapi.nn.Sequential;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TrainOptionsTest {
  private static final CompileOptions REFERENCE = CompileOptions.on("reference");
  private static final TrainOptions PLAIN = TrainOptions.of(mse(), sgd(0.1));

  /// Two layers of one weight each, `w0 = 2` and `w1 = 3`, without biases.
  private static Model chain() {
    var net =
        Sequential.of(
            dense(1, 1).weights(Initializers.constant(2)).withoutBias(),
            dense(1, 1).weights(Initializers.constant(3)).withoutBias());
    return Model.of(net, input("x", f32(1, 1)), RandomKey.of(1));
  }

  private static TrainStep stepOf(Model model, TrainOptions options) {
    return model.trainStep(options, REFERENCE);
  }

  /// With x = 1 and target 5: the output is 6, the loss 1, the gradients `2 * w1` and `2 * w0`.
  private static TrainStep chainStep(TrainOptions options) {
    TrainStep step = stepOf(chain(), options);
    step.input("x").set(0, 1f);
    step.target().set(0, 5f);
    return step;
  }

  private static float weight(TrainStep step, int layer) {
    return step.state().get(layer + ".weight").getFloat(0);
  }

  @Test
  void aPenaltyIsPartOfTheLoss() {
    try (TrainStep step = chainStep(PLAIN.penalty(l2(0.01)).penalty(l1(0.1).on("1.*")))) {
      step.run();
      assertEquals(1 + 0.01 * (4 + 9) + 0.1 * 3, step.loss(), 1e-6);
      assertEquals(2 - 0.1 * (6 + 0.02 * 2), weight(step, 0), 1e-6);
      assertEquals(3 - 0.1 * (4 + 0.02 * 3 + 0.1), weight(step, 1), 1e-6);
    }
  }

  @Test
  void biasesAreChargedOnlyWhereAskedFor() {
    var net = Sequential.of(dense(1, 1).weights(Initializers.constant(2)));
    Model model = Model.of(net, input("x", f32(1, 1)), RandomKey.of(1));
    model.parameter("0.bias").set(0, 10f);
    for (boolean asked : new boolean[] {false, true}) {
      TrainOptions options = PLAIN.penalty(asked ? l2(1).on("*.bias") : l2(1));
      try (TrainStep step = stepOf(model, options)) {
        step.run(); // x and target are 0: the loss is the bias squared
        assertEquals(100 + (asked ? 100 : 4), step.loss(), 1e-4);
      }
    }
  }

  @Test
  void frozenWeightsKeepTheirValuesAndHaveNoState() {
    TrainOptions options =
        TrainOptions.of(mse(), adam(0.1)).freeze("0.*").penalty(l2(1)).gradientNorms();
    try (TrainStep step = chainStep(options)) {
      step.run();
      assertEquals(1 + 9, step.loss(), 1e-5); // no price for the frozen weight
      assertEquals(2f, weight(step, 0));
      assertEquals(2.9, weight(step, 1), 1e-5);
      assertFalse(step.state().keySet().stream().anyMatch(name -> name.contains("0.weight.")));
      assertEquals(List.of("1.weight"), step.gradientNorms().parameters());
    }
  }

  @Test
  void clippingByNormScalesAllGradients() {
    double norm = Math.sqrt(6 * 6 + 4 * 4);
    double share = 0.5 / (norm + 1e-6);
    try (TrainStep step = chainStep(PLAIN.clipNorm(0.5).gradientNorms())) {
      step.run();
      assertEquals(norm, step.gradientNorms().global(), 1e-5);
      assertEquals(6, step.gradientNorms().of("0.weight"), 1e-5);
      assertEquals(2 - 0.1 * 6 * share, weight(step, 0), 1e-6);
      assertEquals(3 - 0.1 * 4 * share, weight(step, 1), 1e-6);
    }
    try (TrainStep step = chainStep(PLAIN.clipNorm(100))) {
      step.run();
      assertEquals(2 - 0.1 * 6, weight(step, 0), 1e-6);
    }
  }

  @Test
  void clippingsAreAppliedInOrder() {
    double share = 0.5 / (Math.sqrt(50) + 1e-6);
    try (TrainStep step = chainStep(PLAIN.clipValue(5).clipNorm(0.5).clipValue(0.34))) {
      step.run();
      assertEquals(2 - 0.1 * 0.34, weight(step, 0), 1e-6); // 5 * share = 0.354
      assertTrue(4 * share < 0.34);
      double last = 0.5 / (Math.sqrt(25 + 16) + 1e-6) * 4;
      assertEquals(3 - 0.1 * last, weight(step, 1), 1e-6);
    }
  }

  @Test
  void onlyEveryLastRunOfAnAccumulationChangesSomething() {
    TrainOptions options = TrainOptions.of(mse(), adam(0.1)).accumulate(3).gradientNorms();
    try (TrainStep step = chainStep(options)) {
      for (int run = 1; run <= 7; run++) {
        step.run();
        Map<String, HostTensor> state = step.state();
        int updates = run / 3;
        assertEquals(updates, state.get("merapi.state.step").getFloat(0));
        assertEquals(run % 3, state.get("merapi.state.accumulated").getFloat(0));
        if (updates == 0) {
          assertEquals(2f, weight(step, 0));
          assertEquals(0f, state.get("merapi.state.0.weight.mean").getFloat(0));
          assertEquals(run * 6f, state.get("merapi.state.0.weight.accumulated").getFloat(0));
          assertEquals(6, step.gradientNorms().of("0.weight"), 1e-6); // of the mean so far
        }
      }
      assertNotEquals(2f, weight(step, 0));
    }
  }

  @Test
  void anAccumulationGoesOnFromItsState() {
    TrainOptions options = TrainOptions.of(mse(), adam(0.1)).accumulate(3).clipNorm(1);
    try (TrainStep step = chainStep(options);
        TrainStep other = chainStep(options)) {
      step.run();
      step.run();
      other.restore(step.state());
      for (int i = 0; i < 4; i++) {
        step.run();
        other.run();
      }
      assertEquals(weight(step, 0), weight(other, 0));
      assertEquals(weight(step, 1), weight(other, 1));
    }
  }

  @Test
  void theRateOfAGroupKeepsItsRatioToTheBase() {
    var optimizer = groups(sgd(0.1), group("1.*", sgd(0.01)));
    try (TrainStep step = chainStep(PLAIN.optimizer(optimizer))) {
      assertEquals(0.1f, step.learningRate());
      step.learningRate(0.2);
      step.run();
      assertEquals(2 - 0.2 * 6, weight(step, 0), 1e-6);
      assertEquals(3 - 0.02 * 4, weight(step, 1), 1e-6);
    }
  }

  @Test
  void theFirstGroupThatMatchesCounts() {
    var optimizer = groups(sgd(0.1), group("1.*", sgd(0.01)), group("*", adam(0.5)));
    try (TrainStep step = chainStep(PLAIN.optimizer(optimizer))) {
      step.run();
      assertEquals(2 - 0.5, weight(step, 0), 1e-5); // the size of Adam's first step is the rate
      assertEquals(3 - 0.01 * 4, weight(step, 1), 1e-6);
      assertTrue(step.state().containsKey("merapi.state.group-1.step"), "own count of steps");
    }
  }

  @Test
  void theSeedDecidesWhatDropoutDrops() {
    var net = Sequential.of(dense(4, 16), Activations.relu(), Layers.dropout(0.5), dense(16, 4));
    Model model = Model.of(net, input("x", f32(2, 4)), RandomKey.of(1));
    float[] x = RandomKey.of(2).normal(8, 0, 1);
    float[][] results = new float[3][];
    for (int i = 0; i < 3; i++) {
      try (TrainStep step = stepOf(model, PLAIN.seed(RandomKey.of(i / 2)))) {
        step.input("x").copyFrom(x);
        step.run();
        results[i] = step.output(Model.OUTPUT).toFloats();
      }
    }
    assertArrayEquals(results[0], results[1]);
    assertNotEquals(results[0][0], results[2][0]);
  }

  @Test
  void normsThatAreNotMeasuredAreAnError() {
    try (TrainStep step = chainStep(PLAIN)) {
      assertKind(Kind.ARGUMENT, step::gradientNorms);
    }
    try (TrainStep step = chainStep(PLAIN.gradientNorms())) {
      assertKind(Kind.ARGUMENT, () -> step.gradientNorms().of("2.weight"));
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    Model model = chain();
    for (TrainOptions wrong :
        List.of(
            PLAIN.freeze("2.*"),
            PLAIN.penalty(l1(1).on("*.bias")),
            PLAIN.freeze("*"),
            PLAIN.optimizer(groups(sgd(0.1), group("fc", sgd(1)))),
            PLAIN.freeze("1.*").optimizer(groups(sgd(0.1), group("1.*", sgd(1)))))) {
      assertKind(Kind.ARGUMENT, () -> stepOf(model, wrong));
    }
    for (Executable wrong :
        List.<Executable>of(
            () -> PLAIN.accumulate(0),
            () -> PLAIN.clipNorm(0),
            () -> PLAIN.clipValue(Double.NaN),
            () -> l1(-1),
            () -> groups(sgd(0), group("*", sgd(1))))) {
      assertKind(Kind.ARGUMENT, wrong);
    }
  }

  private static void assertKind(Kind kind, Executable code) {
    assertEquals(kind, assertThrows(MerapiException.class, code).kind());
  }
}
