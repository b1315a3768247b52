package dev.merapi.train;

import static dev.merapi.train.Losses.bce;
import static dev.merapi.train.Losses.bceWithLogits;
import static dev.merapi.train.Losses.cosineSimilarity;
import static dev.merapi.train.Losses.crossEntropy;
import static dev.merapi.train.Losses.huber;
import static dev.merapi.train.Losses.mse;
import static dev.merapi.train.Losses.multiMargin;
import static dev.merapi.train.Losses.negativeLogLikelihood;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import org.junit.jupiter.api.Test;

class LossesTest {
  @Test
  void crossEntropyIsTheMeanOfMinusLogSoftmax() {
    Tensor scores = Tensor.of(Shape.of(2, 3), 1f, 2f, 3f, 0f, 0f, 0f);
    double first = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3)) - 2;
    double second = Math.log(3);
    double loss = crossEntropy().of(scores, Tensor.of(1, 2)).item();
    assertEquals((first + second) / 2, loss, 1e-6);
    double likelihood = negativeLogLikelihood().of(scores.logSoftmax(1), Tensor.of(1, 2)).item();
    assertEquals(loss, likelihood, 1e-6);
  }

  @Test
  void crossEntropyTakesPositionsBehindTheClasses() {
    // [1, 2 classes, 3 positions]: the scores of class 1 are larger by 0, 1, 2
    Tensor scores = Tensor.of(Shape.of(1, 2, 3), 0f, 0f, 0f, 0f, 1f, 2f);
    assertEquals(TensorType.i32(1, 3), crossEntropy().target(scores.type()));
    Tensor labels = Tensor.of(Shape.of(1, 3), 1, 1, 0);
    double expected = (Math.log(2) + Math.log1p(Math.exp(-1)) + Math.log1p(Math.exp(2))) / 3;
    assertEquals(expected, crossEntropy().of(scores, labels).item(), 1e-6);
  }

  @Test
  void crossEntropyStaysFiniteForLargeScores() {
    Tensor scores = Tensor.of(Shape.of(1, 2), 1e4f, -1e4f);
    assertEquals(20_000, crossEntropy().of(scores, Tensor.of(1)).item(), 1e-2);
  }

  @Test
  void aLabelOutOfRangeIsAnIndexError() {
    Tensor scores = Tensor.of(Shape.of(1, 2), 0f, 0f);
    for (int label : new int[] {-1, 2}) {
      assertKind(Kind.INDEX, () -> crossEntropy().of(scores, Tensor.of(label)));
    }
  }

  @Test
  void meanSquareAndBinaryCrossEntropy() {
    Tensor p = Tensor.of(0.25f, 0.5f);
    Tensor y = Tensor.of(1f, 0f);
    assertEquals((0.75 * 0.75 + 0.25) / 2, mse().of(p, y).item(), 1e-6);
    assertEquals((Math.log(4) + Math.log(2)) / 2, bce().of(p, y).item(), 1e-6);
    assertEquals(100, bce().of(Tensor.of(0f), Tensor.of(1f)).item()); // as PyTorch bounds it
    Tensor logits = Tensor.of((float) -Math.log(3), 0f);
    assertEquals((Math.log(4) + Math.log(2)) / 2, bceWithLogits().of(logits, y).item(), 1e-6);
    assertEquals(200, bceWithLogits().of(Tensor.of(-200f), Tensor.of(1f)).item(), 1e-4);
  }

  @Test
  void outputsThatDoNotSuitAreRefused() {
    assertKind(Kind.SHAPE, () -> crossEntropy().target(TensorType.f32("N")));
    assertKind(Kind.SHAPE, () -> crossEntropy().target(TensorType.i32("N", 3)));
    assertKind(Kind.SHAPE, () -> mse().target(TensorType.i32("N", 3)));
  }

  @Test
  void weightsThatDoNotSuitAreRefused() {
    TensorType scores = TensorType.f32("N", 3);
    assertKind(Kind.SHAPE, () -> crossEntropy().weights(1, 2).target(scores));
    assertKind(Kind.SHAPE, () -> bceWithLogits().positiveWeights(1, 2).target(scores));
    assertKind(Kind.ARGUMENT, () -> crossEntropy().weights(1, -2, 3));
    assertKind(Kind.ARGUMENT, () -> bceWithLogits().positiveWeights(0));
    assertKind(Kind.ARGUMENT, () -> crossEntropy().labelSmoothing(1.5));
    assertKind(Kind.ARGUMENT, () -> huber(0));
    assertKind(Kind.ARGUMENT, () -> multiMargin(Double.NaN));
    assertKind(Kind.SHAPE, () -> multiMargin().target(TensorType.f32("N", 3, 4)));
    assertKind(Kind.SHAPE, () -> cosineSimilarity().target(TensorType.f32("N")));
  }

  @Test
  void aBatchOfNothingButIgnoredPositionsIsNan() {
    Tensor scores = Tensor.of(Shape.of(2, 2), 1f, 2f, 3f, 4f);
    assertEquals(Double.NaN, crossEntropy().ignoring(-1).of(scores, Tensor.of(-1, -1)).item());
  }

  @Test
  void onlyTheIgnoredNumberMayBeOutOfRange() {
    Tensor scores = Tensor.of(Shape.of(2, 2), 1f, 2f, 3f, 4f);
    assertKind(Kind.INDEX, () -> crossEntropy().ignoring(-1).of(scores, Tensor.of(-1, 2)));
  }

  @Test
  void infiniteScoresOfIgnoredPositionsDoNotCount() {
    Tensor scores = Tensor.of(Shape.of(2, 2), Float.POSITIVE_INFINITY, 2f, 0f, 0f);
    double loss = crossEntropy().ignoring(-1).of(scores, Tensor.of(-1, 1)).item();
    assertEquals(Math.log(2), loss, 1e-6);
  }

  private static void assertKind(Kind kind, org.junit.jupiter.api.function.Executable code) {
    assertEquals(kind, assertThrows(MerapiException.class, code).kind());
  }
}
