package dev.merapi.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.data.Column;
import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TablesTest {
  private static float[] row(Dataset data, int row) {
    return ((Column.Floats) data.pick(row).inputs()).toArray();
  }

  private static int[] counts(Dataset data) {
    int[] counts = new int[data.classes().size()];
    for (int label : data.labels()) {
      counts[label]++;
    }
    return counts;
  }

  @Test
  void irisHasFiftyFlowersOfEachSpecies() {
    Dataset data = Tables.iris();
    assertEquals(List.of("setosa", "versicolor", "virginica"), data.classes());
    assertArrayEquals(new int[] {50, 50, 50}, counts(data));
    assertArrayEquals(new float[] {5.1f, 3.5f, 1.4f, 0.2f}, row(data, 0));
    assertArrayEquals(new float[] {5.9f, 3, 5.1f, 1.8f}, row(data, 149));
    assertEquals("petal width", data.features().get(3));
  }

  @Test
  void wineHasThreeGrowers() {
    Dataset data = Tables.wine();
    assertArrayEquals(new int[] {59, 71, 48}, counts(data));
    assertEquals(Shape.of(13), data.inputs().row());
    assertEquals(14.23f, row(data, 0)[0]);
    assertEquals(560, row(data, 177)[12]);
    assertEquals("proline", data.features().get(12));
  }

  @Test
  void mostTumoursAreBenign() {
    Dataset data = Tables.breastCancer();
    assertEquals(List.of("malignant", "benign"), data.classes());
    assertArrayEquals(new int[] {212, 357}, counts(data));
    assertEquals(0, data.labels()[0]);
    assertEquals(17.99f, row(data, 0)[0]);
    assertEquals(0.006399f, row(data, 0)[14]);
    assertEquals("smoothness error", data.features().get(14));
    assertEquals("fractal dimension worst", data.features().get(29));
  }

  @Test
  void digitsAreOfEightByEightPixels() {
    Dataset data = Tables.digits8x8();
    assertArrayEquals(new int[] {178, 182, 177, 183, 181, 182, 181, 179, 174, 180}, counts(data));
    assertEquals(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), data.classes());
    assertArrayEquals(new float[] {0, 0, 5, 13, 9, 1, 0, 0}, Arrays.copyOf(row(data, 0), 8));
    assertEquals(Shape.of(1, 8, 8), data.reshaped(Shape.of(1, 8, 8)).inputs().row());
    for (float pixel : ((Column.Floats) data.inputs()).toArray()) {
      assertEquals(Math.clamp(pixel, 0, 16), pixel);
    }
  }

  @Test
  void diabetesIsARegression() {
    Dataset data = Tables.diabetes();
    assertEquals(442, data.rows());
    assertEquals(
        List.of("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"), data.features());
    assertEquals(List.of("target"), data.classes());
    assertArrayEquals(
        new float[] {59, 2, 32.1f, 101, 157, 93.2f, 38, 4, 4.8598f, 87}, row(data, 0));
    float[] targets = ((Column.Floats) data.targets()).toArray();
    assertArrayEquals(new float[] {151, 75}, Arrays.copyOf(targets, 2));
    double sum = 0;
    for (float target : targets) {
      sum += target;
    }
    assertEquals(152.133484, sum / 442, 1e-6);
  }
}
