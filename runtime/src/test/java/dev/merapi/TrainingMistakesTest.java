package dev.merapi;

import static dev.merapi.Fits.KEY;
import static dev.merapi.Fits.REFERENCE;
import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.logSoftmax;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Activations.sigmoid;
import static dev.merapi.nn.Activations.softmax;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.maxPool;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.FitOption.batch;
import static dev.merapi.train.FitOption.epochs;
import static dev.merapi.train.FitOption.noShuffle;
import static dev.merapi.train.FitOption.quiet;
import static dev.merapi.train.Losses.bce;
import static dev.merapi.train.Losses.bceWithLogits;
import static dev.merapi.train.Losses.crossEntropy;
import static dev.merapi.train.Losses.mse;
import static dev.merapi.train.Losses.multiMargin;
import static dev.merapi.train.Losses.negativeLogLikelihood;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import dev.merapi.train.Loss;
import dev.merapi.train.TrainingListener;
import dev.merapi.train.TrainingProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// What people do wrong with losses, labels and layers, and what they are told.
class TrainingMistakesTest {
  private static final Shape THREE = Shape.of(3);

  private static Model classifier(int classes) {
    return Model.of(Sequential.of(dense(3, classes)), input("x", f32("N", 3)), KEY);
  }

  private static Dataset labelled(int... labels) {
    return Dataset.of(THREE, RandomKey.of(1).normal(3 * labels.length, 0, 1), labels);
  }

  private static void assertTold(Executable code, Kind kind, String... parts) {
    var error = assertThrows(MerapiException.class, code);
    assertEquals(kind, error.kind(), error.getMessage());
    for (String part : parts) {
      assertTrue(error.getMessage().contains(part), error.getMessage());
    }
  }

  @Test
  void aLabelOutOfRangeIsCalledOneBeforeAnythingRuns() {
    Dataset data = labelled(0, 1, 2, 5, 1);
    for (Loss loss : new Loss[] {crossEntropy(), multiMargin(), negativeLogLikelihood()}) {
      Trainer trainer = Trainer.of(classifier(3)).loss(loss).optimizer(sgd(0.1)).compile(REFERENCE);
      for (Executable code :
          List.<Executable>of(() -> trainer.fit(data), () -> trainer.evaluate(data))) {
        assertTold(code, Kind.INDEX, "label out of range: label=5, row=3, classes=3", "0 to 2");
      }
    }
  }

  @Test
  void labelsThatCountFromOneAreRecognised() {
    Trainer trainer = Trainer.of(classifier(3)).loss(crossEntropy()).compile(REFERENCE);
    assertTold(() -> trainer.evaluate(labelled(1, 3, 2)), Kind.INDEX, "label=3", "take 1 off");
    assertTold(() -> trainer.evaluate(labelled(0, -1)), Kind.INDEX, "label=-1", "ignoring(");
    Trainer ignoring = trainer.loss(crossEntropy().ignoring(-1));
    assertTrue(Double.isFinite(ignoring.evaluate(labelled(0, -1)).loss()));
  }

  @Test
  void aStepOfOnesOwnNamesTheLabelToo() {
    try (TrainStep step =
        classifier(3).trainStep(crossEntropy(), sgd(0.1), REFERENCE.size("N", 2))) {
      step.target().copyFrom(new int[] {2, 3});
      assertTold(step::run, Kind.INDEX, "label out of range: label=3, row=1, classes=3");
      step.target().copyFrom(new int[] {2, 1});
      step.run();
    }
  }

  @Test
  void logitsIntoBceAreToldApartFromAWildLearningRate() {
    var model = Model.of(Sequential.of(dense(3, 1)), input("x", f32("N", 3)), KEY);
    Trainer trainer = Trainer.of(model).loss(bce()).optimizer(sgd(0.1)).compile(REFERENCE);
    assertTold(
        () -> trainer.fit(Fits.rows(40, 1)), Kind.NOT_FINITE, "bceWithLogits()", "a sigmoid");
    assertTold(
        () -> trainer.evaluate(Fits.rows(40, 1)), Kind.NOT_FINITE, "bceWithLogits()", "a sigmoid");
  }

  /// The warnings of a fit.
  private static List<String> warnings(Loss loss, Dataset data, Module... end) {
    var parts = new ArrayList<Module>(List.of(dense(3, 2)));
    parts.addAll(List.of(end));
    var net = Sequential.of(parts.toArray(Module[]::new));
    var seen = new ArrayList<String>();
    var listener =
        new TrainingListener() {
          @Override
          public void onWarning(TrainingProgress progress, String warning) {
            seen.add(warning);
          }
        };
    Trainer.of(Model.of(net, input("x", f32("N", 3)), KEY))
        .loss(loss)
        .optimizer(sgd(0.01))
        .compile(REFERENCE)
        .listener(listener)
        .fit(data, batch(4), quiet());
    return seen;
  }

  @Test
  void whatALossHasWithinItselfIsNotToComeBeforeIt() {
    Dataset labels = labelled(0, 1, 1, 0);
    float[] x = RandomKey.of(1).normal(12, 0, 1);
    Dataset both = Dataset.of(THREE, x, Shape.of(2), new float[] {0, 1, 1, 1, 0, 0, 1, 0});
    Map<String, List<String>> warned =
        Map.of(
            "a softmax comes before crossEntropy", warnings(crossEntropy(), labels, softmax(1)),
            "a softmax comes before multiMargin(1.0)", warnings(multiMargin(), labels, softmax(-1)),
            "a sigmoid comes before crossEntropy", warnings(crossEntropy(), labels, sigmoid()),
            "a softmax comes before negativeLog",
                warnings(negativeLogLikelihood(), labels, softmax(1)),
            "a sigmoid comes before bceWithLogits", warnings(bceWithLogits(), both, sigmoid()));
    warned.forEach((text, warnings) -> {
      assertEquals(1, warnings.size(), text);
      assertTrue(warnings.getFirst().contains(text), warnings.getFirst());
    });
    assertEquals(List.of(), warnings(crossEntropy(), labels));
    assertEquals(List.of(), warnings(crossEntropy(), labels, relu()));
    assertEquals(List.of(), warnings(crossEntropy(), labels, logSoftmax(1)));
    assertEquals(List.of(), warnings(negativeLogLikelihood(), labels, logSoftmax(1)));
    assertEquals(List.of(), warnings(bce(), both, sigmoid()));
    assertEquals(List.of(), warnings(mse(), both, softmax(1)));
  }

  @Test
  void aNetworkWithoutParametersHasNothingToTrain() {
    Model model = Model.of(relu(), input("x", f32("N", 3)), KEY);
    Trainer trainer = Trainer.of(model).loss(crossEntropy()).optimizer(sgd(0.1)).compile(REFERENCE);
    assertTold(
        () -> trainer.fit(labelled(0, 1, 2), epochs(1), quiet()),
        Kind.ARGUMENT,
        "fit: the model has no parameters",
        "dense(in, out)");
    trainer.evaluate(labelled(0, 1, 2)); // which needs none
  }

  @Test
  void aWindowThatDoesNotFitOffersAWayOut() {
    var net = Sequential.of(conv2d(1, 1, 3), maxPool(2));
    assertTold(
        () -> Model.of(net, input("x", f32("N", 1, 3, 8)), KEY),
        Kind.SHAPE,
        "size=1, window=2",
        "maxPool(height, width)",
        "Sequential.1");
    Model.of(Sequential.of(conv2d(1, 1, 3), maxPool(1, 2)), input("x", f32("N", 1, 3, 8)), KEY);
  }

  // Not mistakes

  @Test
  void aLayerIsAppliedToNumbers() {
    Tensor x = Tensor.of(Shape.of(1, 4), 1f, 2f, 3f, 4f);
    Tensor y = dense(4, 2).apply(x);
    Model model = Model.of(dense(4, 2), input("x", f32(1, 4)), RandomKey.of(0));
    float[] weight = model.parameter("weight").toFloats();
    float[] bias = model.parameter("bias").toFloats();
    float[] expected = new float[2];
    for (int out = 0; out < 2; out++) {
      expected[out] = bias[out];
      for (int in = 0; in < 4; in++) {
        expected[out] += weight[4 * out + in] * (in + 1);
      }
    }
    assertArrayEquals(expected, y.toFloats(), 1e-5f);
    assertArrayEquals(new float[] {0, 2}, relu().apply(Tensor.of(-1f, 2f)).toFloats());
    assertEquals(
        f32(1, 6, 24, 24), conv2d(1, 6, 5).apply(Tensor.full(f32(1, 1, 28, 28), 0)).type());
  }

  @Test
  void noRowsArePredictedAsNoRows() {
    Trainer trainer = Trainer.of(classifier(2)).compile(REFERENCE);
    Column.Floats none = trainer.predict(Column.of(THREE, new float[0]));
    assertEquals(0, none.rows());
    assertEquals(Shape.of(2), none.row());
    assertTold(
        () -> trainer.predict(Column.of(Shape.of(5), new float[0])), Kind.SHAPE, "inputs do not");
    Trainer complete = trainer.loss(crossEntropy()).optimizer(sgd(0.1));
    Dataset empty = Dataset.of(THREE, new float[0], new int[0]);
    assertTold(() -> complete.evaluate(empty), Kind.ARGUMENT, "there is no row");
    assertTold(() -> complete.fit(empty, epochs(2), noShuffle()), Kind.ARGUMENT, "no row");
  }
}
