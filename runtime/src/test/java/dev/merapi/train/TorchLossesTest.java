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

import dev.merapi.Tensor;
import dev.merapi.Trace;
import dev.merapi.autodiff.Differentiate;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.reference.Interpreter;
import dev.merapi.samples.Fixture;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    var trace = Trace.of("loss", Trace.Mode.TRAIN);
    Tensor output = trace.input("output", output(name));
    Tensor target = trace.input("target", loss.target(output.type()));
    Tensor value = loss.of(output, target);
    trace.output("loss", value);
    List<Value> gradients =
        Differentiate.gradients(
            trace.builder(), trace.valueOf(value), List.of(trace.valueOf(output)));
    trace.output("gradient", trace.tensor(gradients.getFirst()));
    var result =
        Interpreter.run(
            trace.finish(),
            Map.of(
                "output", RECORDED.get(name + ".output"),
                "target", RECORDED.get(name + ".target")));
    for (String part : List.of("loss", "gradient")) {
      double[] expected = RECORDED.get(name + "." + part);
      double[] actual = result.output(part);
      assertEquals(expected.length, actual.length);
      for (int i = 0; i < expected.length; i++) {
        double size = Math.max(0.1, Math.abs(expected[i]));
        assertEquals(expected[i], actual[i], 1e-6 * size, part + " " + i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"loss", "gradient"})
  void everythingRecordedIsCompared(String part) {
    long recorded = RECORDED.arrays().keySet().stream().filter(n -> n.endsWith(part)).count();
    assertEquals(CASES.size(), recorded);
  }
}
