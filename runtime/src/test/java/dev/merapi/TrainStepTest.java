package dev.merapi;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Activations.tanh;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.optim.Groups.group;
import static dev.merapi.optim.Groups.groups;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.Losses.crossEntropy;
import static dev.merapi.train.Losses.mse;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Shape;
import dev.merapi.memory.HostTensor;
import dev.merapi.memory.Slab;
import dev.merapi.memory.Slot;
import dev.merapi.nn.Dense;
import dev.merapi.nn.Initializers;
import dev.merapi.nn.Module;
import dev.merapi.nn.Parameter;
import dev.merapi.nn.Sequential;
import dev.merapi.optim.Sgd;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainStepTest {
  private static final CompileOptions REFERENCE = CompileOptions.on("reference");

  /// One weight `w = 2`, input 3, target 0: the loss is `(3 w)^2`, its gradient `18 w`.
  private static Model single() {
    var net = Sequential.of(dense(1, 1).weights(Initializers.constant(2)).withoutBias());
    return Model.of(net, input("x", f32(1, 1)), RandomKey.of(1));
  }

  private static float weight(TrainStep step) {
    return step.state().get("0.weight").getFloat(0);
  }

  private static TrainStep stepOf(Model model, dev.merapi.optim.Optimizer optimizer) {
    TrainStep step = model.trainStep(mse(), optimizer, REFERENCE);
    step.input("x").set(0, 3f);
    step.target().set(0, 0f);
    return step;
  }

  @Test
  void momentumFollowsPyTorch() {
    try (TrainStep step = stepOf(single(), sgd(0.01).momentum(0.9))) {
      step.run();
      assertEquals(36, step.loss(), 1e-5);
      assertEquals(2 - 0.01 * 36, weight(step), 1e-6); // the first velocity is the gradient
      double second = 0.9 * 36 + 18 * 1.64;
      step.run();
      assertEquals(1.64 - 0.01 * second, weight(step), 1e-6);
    }
  }

  @Test
  void dampeningSparesTheFirstStep() {
    try (TrainStep step = stepOf(single(), sgd(0.01).momentum(0.9).dampening(0.5))) {
      step.run();
      assertEquals(2 - 0.01 * 36, weight(step), 1e-6);
      double second = 0.9 * 36 + 0.5 * 18 * 1.64;
      step.run();
      assertEquals(1.64 - 0.01 * second, weight(step), 1e-6);
    }
  }

  @Test
  void nesterovLooksAheadAndDecayPulls() {
    try (TrainStep step = stepOf(single(), sgd(0.01).momentum(0.9).nesterov().weightDecay(0.1))) {
      double gradient = 36 + 0.1 * 2;
      step.run();
      assertEquals(2 - 0.01 * (gradient + 0.9 * gradient), weight(step), 1e-6);
    }
  }

  @Test
  void nesterovMayBeAskedForBeforeTheMomentum() {
    assertEquals(sgd(0.1).momentum(0.9).nesterov(), sgd(0.1).nesterov().momentum(0.9));
    assertEquals(
        sgd(0.1).momentum(0.9).nesterov(),
        sgd(0.1).dampening(0.5).nesterov().dampening(0).momentum(0.9));
    for (Sgd wrong :
        List.of(sgd(0.1).nesterov(), sgd(0.1).momentum(0.9).dampening(0.1).nesterov())) {
      refused(
          Kind.ARGUMENT,
          () -> stepOf(single(), wrong),
          "Nesterov needs momentum",
          "momentum=" + wrong.momentum(),
          "hint: ");
      var inAGroup = groups(sgd(0.1), group("0.*", wrong));
      refused(Kind.ARGUMENT, () -> stepOf(single(), inAGroup), "Nesterov needs momentum");
    }
  }

  @Test
  void dampeningIsAShare() {
    for (double wrong : new double[] {-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      refused(Kind.ARGUMENT, () -> sgd(0.1).momentum(0.9).dampening(wrong), "dampening=" + wrong);
    }
    sgd(0.1).momentum(0.9).dampening(1);
  }

  @Test
  void aRateThatIsNoneIsRefused() {
    try (TrainStep step = stepOf(single(), sgd(0.01))) {
      for (double wrong : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY, 1e39}) {
        refused(Kind.ARGUMENT, () -> step.learningRate(wrong), "learningRate", "rate=" + wrong);
      }
      assertEquals(0.01f, step.learningRate());
    }
  }

  @Test
  void adamsFirstStepsHaveTheSizeOfTheRate() {
    try (TrainStep step = stepOf(single(), adam(0.001))) {
      step.run();
      assertEquals(1.999, weight(step), 2e-7);
      step.run();
      // by hand in double: m = .1*g1*.9 + .1*g2 and so on
      double g1 = 36;
      double g2 = 18 * 1.999;
      double m = (0.9 * 0.1 * g1 + 0.1 * g2) / (1 - 0.81);
      double v = (0.999 * 0.001 * g1 * g1 + 0.001 * g2 * g2) / (1 - 0.999 * 0.999);
      assertEquals(1.999 - 0.001 * m / (Math.sqrt(v) + 1e-8), weight(step), 3e-7);
    }
  }

  @Test
  void theLearningRateChangesBetweenSteps() {
    try (TrainStep step = stepOf(single(), sgd(0.01))) {
      assertEquals(0.01f, step.learningRate());
      step.learningRate(0);
      step.run();
      assertEquals(2f, weight(step));
      step.learningRate(0.001);
      step.run();
      assertEquals(2 - 0.001 * 36, weight(step), 1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void xorIsLearnedByFullBatchDescent(int seed) {
    var xavier = Initializers.xavierUniform(); // meant for tanh; PyTorch's default fails seed 4
    var net = Sequential.of(dense(2, 4).weights(xavier), tanh(), dense(4, 1).weights(xavier));
    Model model = Model.of(net, input("x", f32(4, 2)), RandomKey.of(seed));
    try (TrainStep step = model.trainStep(mse(), sgd(0.1), REFERENCE)) {
      step.input("x").copyFrom(new float[] {0, 0, 0, 1, 1, 0, 1, 1});
      step.target().copyFrom(new float[] {0, 1, 1, 0});
      for (int i = 0; i < 1000; i++) {
        step.run();
      }
      assertTrue(step.loss() < 0.01, "seed " + seed + ": " + step.loss());
    }
  }

  private static Model classifier() {
    var net = Sequential.of(dense(4, 8), relu(), dense(8, 3));
    return Model.of(net, input("x", f32("N", 4)), RandomKey.of(5));
  }

  private static void fill(TrainStep step, int rows, int seed) {
    step.resize("N", rows);
    step.input("x").copyFrom(RandomKey.of(seed).normal(rows * 4, 0, 1));
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = (i + seed) % 3;
    }
    step.target().copyFrom(labels);
  }

  @Test
  void batchesOfDifferentSizesTrainTheSameWeights() {
    Model model = classifier();
    try (TrainStep step = model.trainStep(crossEntropy(), adam(0.01), REFERENCE.upTo("N", 6))) {
      fill(step, 6, 1);
      step.run();
      var first = step.state();
      fill(step, 2, 2);
      step.run();
      fill(step, 6, 3);
      step.run();
      assertEquals(3f, step.state().get("merapi.state.step").getFloat(0));
      float[] end = step.state().get("0.weight").toFloats();

      // the same again from the state in between gives the same bits
      step.restore(first);
      fill(step, 2, 2);
      step.run();
      fill(step, 6, 3);
      step.run();
      assertArrayEquals(end, step.state().get("0.weight").toFloats());
    }
  }

  @Test
  void aStateThatDoesNotFitChangesNothing() {
    Model model = classifier();
    try (TrainStep step = model.trainStep(crossEntropy(), adam(0.01), REFERENCE.upTo("N", 6))) {
      var first = step.state();
      fill(step, 6, 1);
      step.run();
      List<String> before = bits(step.state());

      var incomplete = new LinkedHashMap<>(first);
      incomplete.remove("2.bias");
      incomplete.remove("merapi.state.step");
      refused(
          Kind.ARGUMENT,
          () -> step.restore(incomplete),
          "restore",
          "2.bias",
          "merapi.state.step",
          "there are=[0.weight");
      var others = new LinkedHashMap<>(first);
      others.put("2.bias", HostTensor.allocate("2.bias", f32(4)));
      refused(Kind.SHAPE, () -> step.restore(others), "2.bias is f32[3], not f32[4]");
      var gone = new LinkedHashMap<>(first);
      gone.put("2.bias", closed("2.bias", first.get("2.bias")));
      refused(Kind.CLOSED, () -> step.restore(gone), "closed");
      assertEquals(before, bits(step.state()));

      step.restore(first);
      assertEquals(bits(first), bits(step.state()));
    }
  }

  private static HostTensor closed(String name, HostTensor like) {
    Slab slab = Slab.allocate(like.type().bytes());
    HostTensor tensor = slab.view(name, like.type(), new Slot(0, like.type().bytes()));
    slab.close();
    return tensor;
  }

  @Test
  void aModelOfAnotherNetworkIsNotWrittenTo() {
    var wide = Sequential.of(dense(4, 8), relu(), dense(8, 5));
    var deep = Sequential.of(dense(4, 8), relu(), dense(8, 3), relu(), dense(3, 3));
    try (TrainStep step =
        classifier().trainStep(crossEntropy(), adam(0.01), REFERENCE.size("N", 6))) {
      fill(step, 6, 1);
      step.run();
      Model other = Model.of(wide, input("x", f32("N", 4)), RandomKey.of(6));
      List<String> before = bits(other.parameters());
      refused(Kind.SHAPE, () -> step.writeTo(other), "writeTo", "2.weight is ", "2.bias is ");
      assertEquals(before, bits(other.parameters()));
      Model more = Model.of(deep, input("x", f32("N", 4)), RandomKey.of(6));
      refused(
          Kind.ARGUMENT,
          () -> step.writeTo(more),
          "missing=[4.weight, 4.bias]",
          "there are=[0.weight, 0.bias, 2.weight, 2.bias]");
      Model same = classifier();
      step.writeTo(same);
      assertArrayEquals(
          step.state().get("2.weight").toFloats(), same.parameter("2.weight").toFloats());
      Model part = Model.of(Sequential.of(dense(4, 8)), input("x", f32("N", 4)), RandomKey.of(6));
      step.writeTo(part);
      assertArrayEquals(
          step.state().get("0.weight").toFloats(), part.parameter("0.weight").toFloats());
    }
  }

  private static List<String> bits(Map<String, HostTensor> tensors) {
    var bits = new ArrayList<String>();
    tensors.forEach((name, tensor) -> {
      var literal = tensor.toLiteral();
      for (int i = 0; i < tensor.elements(); i++) {
        bits.add(name + " " + literal.bits(i));
      }
    });
    return bits;
  }

  private static void refused(Kind kind, Executable code, String... parts) {
    var error = assertThrows(MerapiException.class, code);
    assertEquals(kind, error.kind(), error.getMessage());
    for (String part : parts) {
      assertTrue(error.getMessage().contains(part), () -> part + " not in: " + error.getMessage());
    }
  }

  @Test
  void evaluationSharesTheLiveWeights() {
    Model model = classifier();
    float[] x = RandomKey.of(9).normal(12, 0, 1);
    try (TrainStep step = model.trainStep(crossEntropy(), sgd(0.1), REFERENCE.upTo("N", 6));
        Session serving = step.evaluate()) {
      serving.resize("N", 3).input("x").copyFrom(x);
      serving.run();
      float[] before = serving.output(Model.OUTPUT).toFloats();
      fill(step, 6, 1);
      step.run();
      serving.run();
      float[] after = serving.output(Model.OUTPUT).toFloats();
      assertNotEquals(before[0], after[0]);

      step.writeTo(model);
      try (CompiledModel compiled = model.compile(REFERENCE.size("N", 3))) {
        assertArrayEquals(after, compiled.run(java.util.Map.of("x", x)).get(Model.OUTPUT));
      }
    }
  }

  /// Has a parameter that training never reads.
  private static final class DoubledWhenServed extends Module {
    private final Dense fc = child("fc", dense(4, 3));
    private final Parameter scale = parameter("scale", Shape.of(1), Initializers.ones());

    @Override
    protected Tensor forward(Tensor x) {
      Tensor scores = fc.apply(x);
      boolean trains =
          Trace.current().filter(trace -> trace.mode() == Trace.Mode.TRAIN).isPresent();
      return trains ? scores : scores.times(scale.tensor()).times(Tensor.scalar(2));
    }
  }

  @Test
  void evaluationHasTheParametersThatTrainingNeverReads() {
    Model model = Model.of(new DoubledWhenServed(), input("x", f32("N", 4)), RandomKey.of(3));
    float[] x = RandomKey.of(9).normal(4, 0, 1);
    var options = REFERENCE.size("N", 1);
    try (TrainStep step = model.trainStep(crossEntropy(), sgd(0.1), options);
        Session serving = step.evaluate();
        CompiledModel compiled = model.compile(options)) {
      serving.input("x").copyFrom(x);
      serving.run();
      float[] expected = compiled.run(java.util.Map.of("x", x)).get(Model.OUTPUT);
      assertNotEquals(0, expected[0]);
      assertArrayEquals(expected, serving.output(Model.OUTPUT).toFloats());
    }
  }

  @Test
  void aLabelOutOfRangeIsAnErrorAndChangesNothing() {
    Model model = classifier();
    try (TrainStep step = model.trainStep(crossEntropy(), sgd(0.1), REFERENCE.size("N", 2))) {
      fill(step, 2, 1);
      step.target().copyFrom(new int[] {0, 3});
      MerapiException error = assertThrows(MerapiException.class, step::run);
      assertEquals(Kind.INDEX, error.kind());
      assertArrayEquals(
          model.parameter("0.weight").toFloats(), step.state().get("0.weight").toFloats());
    }
  }

  @Test
  void aLossThatDoesNotSuitTheOutputIsRefused() {
    var net = Sequential.of(dense(2, 3), dense(3, 1));
    Model model = Model.of(net, input("x", f32(2)), RandomKey.of(1));
    MerapiException error =
        assertThrows(
            MerapiException.class, () -> model.trainStep(crossEntropy(), sgd(0.1), REFERENCE));
    assertEquals(Kind.SHAPE, error.kind());
  }

  @Test
  void aClosedStepSaysSo() {
    TrainStep step = stepOf(single(), sgd(0.1));
    step.close();
    step.close();
    assertEquals(Kind.CLOSED, assertThrows(MerapiException.class, step::run).kind());
    assertEquals(Kind.CLOSED, assertThrows(MerapiException.class, step::loss).kind());
  }
}
