package dev.merapi.train;

import static dev.merapi.train.Losses.bce;
import static dev.merapi.train.Losses.bceWithLogits;
import static dev.merapi.train.Losses.cosineSimilarity;
import static dev.merapi.train.Losses.crossEntropy;
import static dev.merapi.train.Losses.hinge;
import static dev.merapi.train.Losses.huber;
import static dev.merapi.train.Losses.klDivergence;
import static dev.merapi.train.Losses.klDivergencePerRow;
import static dev.merapi.train.Losses.mae;
import static dev.merapi.train.Losses.mse;
import static dev.merapi.train.Losses.multiMargin;
import static dev.merapi.train.Losses.negativeLogLikelihood;
import static dev.merapi.train.Losses.poisson;
import static dev.merapi.train.Losses.smoothL1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.CompileOptions;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Tensor;
import dev.merapi.Trace;
import dev.merapi.TrainStep;
import dev.merapi.autodiff.Differentiate;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.nn.Layers;
import dev.merapi.nn.Sequential;
import dev.merapi.optim.Adam;
import dev.merapi.optim.Optimizer;
import dev.merapi.optim.RmsProp;
import dev.merapi.optim.Sgd;
import dev.merapi.reference.Interpreter;
import dev.merapi.samples.Fixture;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Against PyTorch: `losses.txt`, made by `losses.py` beside it, has losses and their gradients.
class TorchLossesTest {
  private static final Fixture RECORDED = Fixture.of(TorchLossesTest.class, "losses.txt");
  private static final Map<String, Loss> CASES = cases();

  private static Map<String, Loss> cases() {
    double[] weights = {0.5, 1, 0, 2.5};
    var cases = new LinkedHashMap<String, Loss>();
    cases.put("mse", mse());
    cases.put("mae", mae());
    cases.put("huber", huber());
    cases.put("huber.delta", huber(0.5));
    cases.put("smoothL1", smoothL1());
    cases.put("smoothL1.beta", smoothL1(0.5));
    cases.put("poisson", poisson());
    cases.put("bce", bce());
    cases.put("bceWithLogits", bceWithLogits());
    cases.put("bceWithLogits.one", bceWithLogits().positiveWeights(2.5));
    cases.put("bceWithLogits.each", bceWithLogits().positiveWeights(0.5, 1, 3));
    cases.put("multiLabel", bceWithLogits());
    cases.put("klDivergence", klDivergence());
    cases.put("klDivergencePerRow", klDivergencePerRow());
    cases.put("hinge", hinge());
    cases.put("cosineSimilarity", cosineSimilarity());
    cases.put("cosineSimilarity.zero", cosineSimilarity());
    cases.put("multiMargin", multiMargin());
    cases.put("multiMargin.margin", multiMargin(0.5));
    cases.put("crossEntropy", crossEntropy());
    cases.put("crossEntropy.weights", crossEntropy().weights(weights));
    cases.put("crossEntropy.smoothing", crossEntropy().labelSmoothing(0.1));
    cases.put("crossEntropy.ignoring", crossEntropy().ignoring(-7));
    cases.put("crossEntropy.all", crossEntropy().weights(weights).labelSmoothing(0.3).ignoring(-7));
    cases.put(
        "crossEntropy.planes", crossEntropy().weights(weights).labelSmoothing(0.3).ignoring(2));
    cases.put("nll", negativeLogLikelihood());
    cases.put("nll.weights", negativeLogLikelihood().weights(weights));
    cases.put("nll.ignoring", negativeLogLikelihood().weights(weights).ignoring(1));
    return cases;
  }

  private static TensorType output(String name) {
    if (name.equals("crossEntropy.planes")) {
      return TensorType.f32(2, 4, 3, 2);
    }
    boolean classes =
        name.startsWith("crossEntropy") || name.startsWith("nll") || name.startsWith("multiM");
    return classes
        ? TensorType.f32(6, 4)
        : TensorType.f32(RECORDED.get(name + ".output").length / 3, 3);
  }

  static List<String> names() {
    return List.copyOf(CASES.keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void lossAndGradientFollowPyTorch(String name) {
    Loss loss = CASES.get(name);
    Map<String, double[]> results = run(name, terms -> loss.reduction().of(terms));
    assertFollows(name, "loss", results.get("value"));
    assertFollows(name, "gradient", results.get("gradient"));
  }

  static List<String> reduced() {
    return CASES.keySet().stream()
        .filter(name -> RECORDED.arrays().containsKey(name + ".none"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("reduced")
  void otherReductionsAndWeightsOfRowsFollowPyTorch(String name) {
    assertFollows(name, "none", run(name, LossTerms::sum).get("each"));
    Loss sum = CASES.get(name).reduction(Reduction.SUM);
    assertFollows(name, "sum", run(name, terms -> sum.reduction().of(terms)).get("value"));
    Map<String, double[]> results = run(name, terms -> terms.weighted(rows(terms.values())).mean());
    assertFollows(name, "weighted", results.get("value"));
    assertFollows(name, "weighted_gradient", results.get("gradient"));
  }

  private static Tensor rows(Tensor values) {
    float[] weights = {0.5f, 1, 0, 2, 3, 0.25f};
    int count = (int) values.size(0).value();
    return Tensor.of(Arrays.copyOf(weights, count));
  }

  /// The value of a loss, its gradient by the output, and the loss of each position.
  private static Map<String, double[]> run(String name, Function<LossTerms, Tensor> value) {
    Loss loss = CASES.get(name);
    var trace = Trace.of("loss", Trace.Mode.TRAIN);
    Tensor output = trace.input("output", output(name));
    Tensor target = trace.input("target", loss.target(output.type()));
    Tensor scalar = value.apply(loss.terms(output, target));
    trace.output("value", scalar);
    trace.output("each", loss.each(output, target));
    List<Value> gradients =
        Differentiate.gradients(
            trace.builder(), trace.valueOf(scalar), List.of(trace.valueOf(output)));
    trace.output("gradient", trace.tensor(gradients.getFirst()));
    var result =
        Interpreter.run(
            trace.finish(),
            Map.of(
                "output", RECORDED.get(name + ".output"),
                "target", RECORDED.get(name + ".target")));
    var results = new LinkedHashMap<String, double[]>();
    for (String part : List.of("value", "each", "gradient")) {
      results.put(part, result.output(part));
    }
    return results;
  }

  private static void assertFollows(String name, String part, double[] actual) {
    double[] expected = RECORDED.get(name + "." + part);
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      double size = Math.max(0.1, Math.abs(expected[i]));
      assertEquals(expected[i], actual[i], 1e-6 * size, part + " " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"loss", "gradient"})
  void everythingRecordedIsCompared(String part) {
    long recorded =
        RECORDED.arrays().keySet().stream()
            .filter(n -> n.endsWith("." + part) && !n.startsWith("nothing."))
            .count();
    assertEquals(CASES.size(), recorded);
  }

  @Test
  void allButThreeHaveOtherReductions() {
    assertEquals(CASES.size() - 3, reduced().size());
  }

  @Test
  void whereNothingCountsTheLossIsNanAndItsGradientZero() {
    Tensor scores = Tensor.of(Shape.of(6, 4), new float[24]);
    assertEquals(
        RECORDED.get("nothing.loss")[0],
        crossEntropy().ignoring(-7).of(scores, Tensor.of(-7, -7, -7, -7, -7, -7)).item());
    assertEquals(0, Arrays.stream(RECORDED.get("nothing.gradient")).map(Math::abs).sum());
  }

  private static final Map<String, Optimizer> OPTIMIZERS =
      Map.of(
          "sgd", Sgd.sgd(0.5).momentum(0.9),
          "adam", Adam.adam(0.25),
          "rmsProp", RmsProp.rmsProp(0.25).momentum(0.5));

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adam", "rmsProp"})
  void optimizersGoThroughAStepWithoutTargetsAsPyTorchs(String name) {
    var net = Sequential.of(Layers.dense(3, 4).withoutBias());
    Model model = Model.of(net, Model.input("x", TensorType.f32(6, 3)), RandomKey.of(0));
    model.parameter("0.weight").copyFrom(floats("nothing.first", 0, 12));
    Loss loss = crossEntropy().ignoring(-7);
    Optimizer optimizer = OPTIMIZERS.get(name);
    try (TrainStep step = model.trainStep(loss, optimizer, CompileOptions.on("reference"))) {
      for (int run = 0; run < 3; run++) {
        step.input("x").copyFrom(floats("nothing.features", 0, 18));
        for (int row = 0; row < 6; row++) {
          step.target().set(row, (int) RECORDED.get("nothing.targets")[6 * run + row]);
        }
        step.run();
        assertEquals(run == 1, Float.isNaN(step.loss()));
        assertEquals(run == 1, step.batchLoss().weight() == 0);
      }
      step.writeTo(model);
    }
    float[] expected = floats("nothing." + name, 0, 12);
    float[] actual = model.parameter("0.weight").toFloats();
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 2e-5, name + " " + i);
    }
  }

  private static float[] floats(String name, int from, int to) {
    float[] values = new float[to - from];
    for (int i = from; i < to; i++) {
      values[i - from] = (float) RECORDED.get(name)[i];
    }
    return values;
  }
}
