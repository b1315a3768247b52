package dev.merapi.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class RescalingTest {
  private static final Dataset TRAIN =
      Dataset.of(new float[][] {{1, 10, 0.1f}, {2, 30, 0.1f}, {3, 50, 0.1f}}, new int[3])
          .named(List.of("a", "b", "c"), List.of("only"));

  private static float[] inputs(Dataset data) {
    return ((Column.Floats) data.inputs()).toArray();
  }

  @Test
  void everyFeatureGetsMeanZeroAndDeviationOne() {
    Standardizer standard = Standardizer.fit(TRAIN);
    assertArrayEquals(new float[] {2, 30, 0.1f}, standard.means());
    float one = (float) Math.sqrt(2.0 / 3);
    assertArrayEquals(new float[] {one, 20 * one, 1}, standard.deviations(), 1e-5f);
    float unit = (float) Math.sqrt(1.5);
    Dataset changed = standard.apply(TRAIN);
    assertArrayEquals(
        new float[] {-unit, -unit, 0, 0, 0, 0, unit, unit, 0}, inputs(changed), 1e-6f);
    assertEquals(List.of("a", "b", "c"), changed.features());
    assertEquals(List.of("only"), changed.classes());
  }

  @Test
  void othersAreChangedByWhatTheTrainingRowsSay() {
    Standardizer standard = Standardizer.fit(TRAIN);
    Dataset test = Dataset.of(new float[][] {{2, 30, 0.6f}}, new int[1]);
    assertArrayEquals(new float[] {0, 0, 0.5f}, inputs(standard.apply(test)), 1e-6f);
    assertArrayEquals(inputs(TRAIN), standard.inverse(inputs(standard.apply(TRAIN))), 1e-5f);
  }

  @Test
  void channelsAreStandardisedAsAWhole() {
    float[] images = {1, 3, 10, 30, 1, 3, 10, 30};
    Dataset data = Dataset.of(Shape.of(2, 1, 2), images, new int[2]);
    Standardizer standard = Standardizer.perChannel(data);
    assertArrayEquals(new float[] {2, 20}, standard.means());
    assertArrayEquals(new float[] {1, 10}, standard.deviations());
    assertArrayEquals(
        new float[] {-1, 1, -1, 1, -1, 1, -1, 1}, inputs(standard.apply(data)), 1e-6f);
    assertKind(Kind.SHAPE, () -> Standardizer.perChannel(TRAIN));
  }

  @Test
  void minMaxBringsEveryFeatureToTheUnitInterval() {
    MinMax scaling = MinMax.fit(TRAIN);
    float[] expected = {0, 0, 0, 0.5f, 0.5f, 0, 1, 1, 0};
    assertArrayEquals(expected, inputs(scaling.apply(TRAIN)));
    assertArrayEquals(inputs(TRAIN), scaling.inverse(expected), 1e-5f);
  }

  @Test
  void targetsOfARegressionCanBeStandardisedAndBroughtBack() {
    Dataset data = Dataset.of(new float[][] {{1}, {2}}, new float[] {100, 300});
    Standardizer standard = Standardizer.fit(data.targets());
    var changed = standard.apply(data.targets());
    assertArrayEquals(new float[] {-1, 1}, changed.toArray());
    assertArrayEquals(new float[] {100, 300}, standard.inverse(changed.toArray()));
    assertEquals(Shape.of(1), data.withTargets(changed).targets().row());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Standardizer standard = Standardizer.fit(TRAIN);
    assertKind(Kind.SHAPE, () -> standard.apply(Dataset.of(new float[1][2], new int[1])));
    assertKind(Kind.SHAPE, () -> standard.inverse(1, 2));
    assertKind(Kind.SHAPE, () -> Standardizer.fit(TRAIN.targets()));
    assertKind(Kind.ARGUMENT, () -> MinMax.fit(TRAIN.slice(0, 0)));
  }

  private static void assertKind(Kind kind, org.junit.jupiter.api.function.Executable code) {
    assertEquals(kind, assertThrows(MerapiException.class, code).kind());
  }
}
