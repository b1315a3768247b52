package dev.merapi;

import static dev.merapi.Fits.KEY;
import static dev.merapi.Fits.REFERENCE;
import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.lambda;
import static dev.merapi.optim.Sgd.sgd;
import static dev.merapi.train.FitOption.batch;
import static dev.merapi.train.FitOption.epochs;
import static dev.merapi.train.FitOption.fullBatch;
import static dev.merapi.train.FitOption.noShuffle;
import static dev.merapi.train.FitOption.validateOn;
import static dev.merapi.train.Losses.crossEntropy;
import static dev.merapi.train.Losses.mse;
import static dev.merapi.train.Metrics.accuracy;
import static dev.merapi.train.Reduction.SUM;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.nn.Sequential;
import dev.merapi.samples.Catalogue;
import dev.merapi.train.Loss;
import dev.merapi.train.LossTerms;
import dev.merapi.train.Penalty;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A loss is a sum and a weight: what comes out does not depend on how rows were divided.
class LossOverBatchesTest {
  private static final double LN2 = Math.log(2);

  /// Its output is its input.
  private static Model identity() {
    return Model.of(lambda("identity", x -> x), input("x", f32("N", 2)), KEY);
  }

  private static Evaluation evaluated(Loss loss, Dataset data) {
    return Trainer.of(identity()).loss(loss).metrics(accuracy()).compile(REFERENCE).evaluate(data);
  }

  /// Sixty-four rows of zeros with one label, and one row with another.
  private static Dataset uneven(int many, float score, int one) {
    float[] scores = new float[2 * 65];
    scores[128] = score;
    int[] labels = new int[65];
    Arrays.fill(labels, many);
    labels[64] = one;
    return Dataset.of(Shape.of(2), scores, labels);
  }

  @Test
  void weightsOfClassesAreThoseOfAllRows() {
    double right = (64 * LN2 + 9 * Math.log(1 + Math.exp(2))) / 73;
    assertEquals(right, evaluated(crossEntropy().weights(1, 9), uneven(0, 2, 1)).loss(), 1e-6);
  }

  @Test
  void ignoredRowsDoNotCountWhereverTheyAre() {
    assertEquals(LN2, evaluated(crossEntropy().ignoring(-1), uneven(-1, 0, 0)).loss(), 1e-6);
  }

  @Test
  void whereNothingCountsThereIsNoMean() {
    Dataset nothing = uneven(-1, 0, -1);
    assertEquals(Double.NaN, evaluated(crossEntropy().ignoring(-1), nothing).loss());
    assertEquals(0, evaluated(crossEntropy().ignoring(-1).reduction(SUM), nothing).loss());
  }

  @Test
  void aSumIsThatOfAllRows() {
    double right = 64 * LN2 + Math.log(1 + Math.exp(2));
    assertEquals(right, evaluated(crossEntropy().reduction(SUM), uneven(0, 2, 1)).loss(), 1e-4);
  }

  @Test
  void eachRowHasItsLoss() {
    Dataset data = uneven(0, 2, 1);
    Trainer trainer = Trainer.of(identity()).loss(crossEntropy()).compile(REFERENCE);
    float[] each = trainer.lossPerRow(data).toArray();
    assertEquals(65, each.length);
    assertEquals(LN2, each[0], 1e-6);
    assertEquals(Math.log(1 + Math.exp(2)), each[64], 1e-6);
    Dataset pairs = Dataset.of(Shape.of(2), new float[] {1, 3}, Shape.of(2), new float[] {0, 1});
    float[] square = trainer.loss(mse()).lossPerRow(pairs).toArray();
    assertArrayEquals(new float[] {(1 + 4) / 2f}, square); // the mean over its positions
  }

  // Training

  private static Model model() {
    return Model.of(Sequential.of(dense(2, 3)), input("x", f32("N", 2)), KEY);
  }

  private static final int ROWS = 22;

  private static Dataset rows() {
    float[] x = RandomKey.of(1).normal(2 * ROWS, 0, 1);
    int[] y = IntStream.range(0, ROWS).map(row -> row % 7 < 3 ? -1 : row * 5 % 3).toArray();
    return Dataset.of(Shape.of(2), x, y);
  }

  private static float[] weights() {
    float[] weights = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      weights[row] = row * 3 % 5 / 2f;
    }
    return weights;
  }

  private static final Loss PLAIN = crossEntropy().ignoring(-1);
  private static final Loss CLASSES = crossEntropy().weights(1, 9, 0.25).ignoring(-1);

  /// A training in several kinds of batches; the data have a last batch that is smaller.
  private record Work(Loss loss, Dataset data) {}

  private static Map<String, Work> kinds() {
    var kinds = new LinkedHashMap<String, Work>();
    kinds.put("ignored", new Work(PLAIN, rows()));
    kinds.put("classes", new Work(CLASSES, rows()));
    kinds.put("rows", new Work(PLAIN, rows().weighted(weights())));
    kinds.put("both", new Work(CLASSES.reduction(SUM), rows().weighted(weights())));
    float[] y = RandomKey.of(2).normal(3 * ROWS, 0, 1);
    Dataset numbers = new Dataset(rows().inputs(), Column.of(Shape.of(3), y));
    kinds.put("numbers", new Work(mse(), numbers));
    kinds.put("weighted numbers", new Work(mse(), numbers.weighted(weights())));
    return kinds;
  }

  static Set<String> kindNames() {
    return kinds().keySet();
  }

  private static Model fitted(Work kind, int accumulate, dev.merapi.train.FitOption size) {
    Model model = model();
    Trainer.of(model)
        .loss(kind.loss)
        .optimizer(sgd(0.05).momentum(0.9))
        .penalty(Penalty.l2(0.01))
        .accumulate(accumulate)
        .compile(REFERENCE)
        .fit(kind.data, epochs(3), size, noShuffle());
    return model;
  }

  @ParameterizedTest
  @MethodSource("kindNames")
  void severalBatchesMakeTheUpdateOfOneAsLarge(String name) {
    Work kind = kinds().get(name);
    Model large = fitted(kind, 1, fullBatch());
    Model parts = fitted(kind, 100, batch(4)); // five of four rows, one of two
    for (String parameter : large.parameters().keySet()) {
      assertArrayEquals(
          large.parameter(parameter).toFloats(),
          parts.parameter(parameter).toFloats(),
          2e-6f,
          parameter);
    }
  }

  @ParameterizedTest
  @MethodSource("kindNames")
  void theLossOfAnEpochIsThatOfOneBatch(String name) {
    Work kind = kinds().get(name);
    var still =
        Trainer.of(model())
            .loss(kind.loss)
            .optimizer(sgd(0))
            .penalty(Penalty.l2(0.01))
            .compile(REFERENCE);
    double large = still.fit(kind.data, fullBatch(), noShuffle()).last().loss();
    double parts = still.fit(kind.data, batch(4), noShuffle()).last().loss();
    assertEquals(large, parts, 2e-6 * Math.abs(large));
    Trainer bare = Trainer.of(model()).loss(kind.loss).optimizer(sgd(0)).compile(REFERENCE);
    var epoch = bare.fit(kind.data, batch(4), validateOn(kind.data)).last();
    double alone = bare.evaluate(kind.data).loss();
    assertEquals(alone, epoch.loss(), 2e-6 * alone);
    assertEquals(alone, epoch.value("val_loss"), 2e-6 * alone);
  }

  @Test
  void aRowOfWeightTwoIsThereTwiceAndOneOfWeightZeroIsNot() {
    float[] counts = new float[ROWS];
    int[] repeated =
        IntStream.range(0, ROWS)
            .flatMap(row -> {
              counts[row] = row % 4;
              return IntStream.range(0, row % 4).map(_ -> row);
            })
            .toArray();
    Dataset weighted = rows().weighted(counts);
    Dataset often = rows().pick(repeated);
    Model one = fitted(new Work(PLAIN, weighted), 1, fullBatch());
    Model other = fitted(new Work(PLAIN, often), 1, fullBatch());
    for (String name : one.parameters().keySet()) {
      assertArrayEquals(
          other.parameter(name).toFloats(), one.parameter(name).toFloats(), 2e-6f, name);
    }
    Trainer trainer = Trainer.of(one).loss(PLAIN).metrics(accuracy()).compile(REFERENCE);
    Evaluation expected = trainer.evaluate(often);
    Evaluation actual = trainer.evaluate(weighted);
    assertEquals(expected.loss(), actual.loss(), 1e-6);
    assertEquals(expected.metric("accuracy"), actual.metric("accuracy"), 1e-12);
  }

  @Test
  void aBatchInWhichNothingCountsDoesNotEndAFit() {
    Dataset data = rows();
    int[] labels = data.labels().clone();
    Arrays.fill(labels, 4, 8, -1); // the second batch of four
    Dataset holes = new Dataset(data.inputs(), Column.of(Shape.SCALAR, labels));
    float[] weights = new float[ROWS];
    Arrays.fill(weights, 1);
    Arrays.fill(weights, 4, 8, 0);
    for (Dataset each : new Dataset[] {holes, data.weighted(weights)}) {
      Model model = model();
      Trainer trainer = Trainer.of(model).loss(PLAIN).optimizer(sgd(0.1)).compile(REFERENCE);
      double before = trainer.evaluate(each).loss();
      History history = trainer.fit(each, epochs(20), batch(4), noShuffle());
      assertTrue(history.values("loss").stream().allMatch(Double::isFinite), history.toString());
      assertTrue(trainer.evaluate(each).loss() < before);
    }
  }

  @Test
  void anEpochOfNothingThatCountsIsNoMistakeEither() {
    Dataset nothing = rows().weighted(new float[ROWS]);
    Model model = model();
    var before = Fits.weights(model);
    Trainer trainer = Trainer.of(model).loss(PLAIN).optimizer(sgd(0.1)).compile(REFERENCE);
    for (int accumulated : new int[] {1, 3}) {
      History history = trainer.accumulate(accumulated).fit(nothing, batch(4));
      assertEquals(Double.NaN, history.last().loss());
      assertEquals(before, Fits.weights(model));
    }
  }

  @Test
  void aStepOfOnesOwnHasTheSumsAndTakesWeights() {
    TrainOptions weighted = TrainOptions.of(PLAIN, sgd(0.1)).sampleWeights();
    try (TrainStep step = model().trainStep(weighted, REFERENCE.size("N", 2))) {
      step.input("x").copyFrom(new float[] {1, 2, 3, 4});
      step.target().copyFrom(new int[] {0, 1});
      step.sampleWeights().copyFrom(new float[] {0.5f, 2});
      step.run();
      BatchLoss loss = step.batchLoss();
      assertEquals(2.5, loss.weight(), 1e-6);
      assertEquals(step.loss(), loss.sum() / 2.5, 1e-6);
    }
    try (TrainStep step = model().trainStep(PLAIN, sgd(0.1), REFERENCE.size("N", 2))) {
      var error = assertThrows(MerapiException.class, step::sampleWeights);
      assertEquals(Kind.ARGUMENT, error.kind());
      assertTrue(error.getMessage().contains("hint: "), error.getMessage());
    }
  }

  // Losses of one's own

  @Test
  void aFormulaIsALoss() {
    Loss quartic = Loss.of("quartic", (output, target) -> output.minus(target).square().square());
    assertEquals("quartic", quartic.toString());
    Dataset data = Dataset.of(Shape.of(2), new float[] {1, 2}, Shape.of(2), new float[] {0, 0});
    assertEquals((1 + 16) / 2.0, evaluated(quartic, data).loss(), 1e-6);
  }

  @Test
  void aLossThatTookItsMeanIsTold() {
    Loss mean = Loss.of("mean", (output, target) -> output.minus(target).abs().mean());
    Dataset data = Dataset.of(Shape.of(2), new float[] {1, 2}, Shape.of(2), new float[] {0, 0});
    var error = assertThrows(MerapiException.class, () -> evaluated(mean, data));
    assertEquals(Kind.SHAPE, error.kind());
    assertTrue(error.getMessage().contains("mean()"), error.getMessage());
  }

  @Test
  void termsThatDoNotFitTogetherAreRefused() {
    Tensor three = Tensor.of(1f, 2f, 3f);
    assertThrows(MerapiException.class, () -> LossTerms.of(three, Tensor.of(1f, 2f)));
    assertThrows(MerapiException.class, () -> LossTerms.of(Tensor.of(1, 2)));
    assertThrows(MerapiException.class, () -> LossTerms.of(three).weighted(Tensor.of(1f, 2f)));
  }

  static Set<String> losses() {
    return Catalogue.losses().keySet();
  }

  @ParameterizedTest
  @MethodSource("losses")
  void everyLossIsTheQuotientOfItsSums(String name) {
    Loss loss = Catalogue.losses().get(name).reduction(dev.merapi.train.Reduction.MEAN);
    var trace = Trace.of("loss", Trace.Mode.TRAIN);
    Tensor output = trace.input("output", f32("N", 4));
    LossTerms terms = loss.terms(output, trace.input("target", loss.target(output.type())));
    assertEquals(output.size(0), terms.values().size(0));
    assertEquals(TensorType.f32(), loss.reduction().of(terms).type());
  }

  @Test
  void weightsThatDoNotFitAreRefused() {
    Dataset data = rows();
    assertThrows(MerapiException.class, () -> data.weighted(1, 2));
    float[] negative = new float[ROWS];
    negative[3] = -1;
    var error = assertThrows(MerapiException.class, () -> data.weighted(negative));
    assertEquals(Kind.ARGUMENT, error.kind());
    assertTrue(error.getMessage().contains("row=3"), error.getMessage());
  }

  @Test
  void weightsGoWithTheirRows() {
    Dataset data = rows().weighted(weights());
    Dataset some = data.pick(3, 4, 5).shuffled(RandomKey.of(1)).normalized(1, 2);
    for (int i = 0; i < 3; i++) {
      float x = some.inputs() instanceof Column.Floats floats ? floats.toArray()[2 * i] : 0;
      int row =
          IntStream.range(3, 6)
              .filter(at -> (((Column.Floats) data.inputs()).toArray()[2 * at] - 1) / 2 == x)
              .findFirst()
              .orElseThrow();
      assertEquals(weights()[row], some.sampleWeights().orElseThrow().toArray()[i]);
    }
  }
}
