package dev.merapi.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.RandomKey;
import dev.merapi.graph.Shape;
import org.junit.jupiter.api.Test;

class InitializersTest {
  private static final Shape DENSE = Shape.of(300, 200);
  private static final Shape CONV = Shape.of(64, 32, 3, 3);

  @Test
  void uniformOnesFillTheirBounds() {
    assertBounds(Math.sqrt(6.0 / 500), Initializers.xavierUniform(), DENSE);
    assertBounds(Math.sqrt(6.0 / 200), Initializers.kaimingUniform(0), DENSE);
    assertBounds(Math.sqrt(6.0 / (96 * 9)), Initializers.xavierUniform(), CONV);
    assertBounds(Math.sqrt(6.0 / (32 * 9)), Initializers.kaimingUniform(0), CONV);
    // slope sqrt(5) is how PyTorch spells the default of its layers
    assertBounds(1 / Math.sqrt(32 * 9), Initializers.kaimingUniform(Math.sqrt(5)), CONV);
    assertBounds(1 / Math.sqrt(32 * 9), Initializers.byFanIn(32 * 9), CONV);
  }

  private static void assertBounds(double bound, Initializer initializer, Shape shape) {
    double largest = 0;
    for (float value : initializer.values(shape, RandomKey.of(1))) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertTrue(largest <= (float) bound && largest > 0.99 * bound, largest + " of " + bound);
  }

  @Test
  void normalOnesHaveTheirDeviation() {
    assertDeviation(Math.sqrt(2.0 / 500), Initializers.xavierNormal(), DENSE);
    assertDeviation(Math.sqrt(2.0 / 200), Initializers.kaimingNormal(0), DENSE);
    assertDeviation(0.5, Initializers.normal(0, 0.5), CONV);
  }

  private static void assertDeviation(double deviation, Initializer initializer, Shape shape) {
    float[] values = initializer.values(shape, RandomKey.of(2));
    double square = 0;
    for (float value : values) {
      square += (double) value * value / values.length;
    }
    assertEquals(deviation, Math.sqrt(square), 0.02 * deviation);
  }

  @Test
  void truncatedNormalsStayWithinTwoDeviations() {
    float[] values = Initializers.truncatedNormal(3, 0.5).values(DENSE, RandomKey.of(4));
    double mean = 0;
    double square = 0;
    for (float value : values) {
      assertTrue(Math.abs(value - 3) <= 1 + 1e-6, value + "");
      mean += (double) value / values.length;
      square += (value - 3.0) * (value - 3.0) / values.length;
    }
    assertEquals(3, mean, 0.01);
    // the deviation of a normal distribution that is cut at two deviations
    assertEquals(0.5 * 0.8796, Math.sqrt(square), 0.01);
    assertEquals(0, Initializers.truncatedNormal(0, 1).values(Shape.of(0), RandomKey.of(1)).length);
  }

  @Test
  void orthogonalOnesKeepLengths() {
    assertOrthogonal(Shape.of(5, 12), 5, 12);
    assertOrthogonal(Shape.of(12, 5), 12, 5);
    assertOrthogonal(Shape.of(7, 7), 7, 7);
    assertOrthogonal(Shape.of(4, 2, 3, 3), 4, 18);
    assertEquals(0, Initializers.orthogonal(1).values(Shape.of(0, 4), RandomKey.of(1)).length);
    assertEquals(0, Initializers.orthogonal(1).values(Shape.of(4, 0), RandomKey.of(1)).length);
  }

  private static void assertOrthogonal(Shape shape, int rows, int columns) {
    double gain = 1.5;
    float[] values = Initializers.orthogonal(gain).values(shape, RandomKey.of(7));
    int count = Math.min(rows, columns);
    for (int a = 0; a < count; a++) {
      for (int b = 0; b <= a; b++) {
        double dot = 0;
        for (int k = 0; k < Math.max(rows, columns); k++) {
          int first = rows < columns ? a * columns + k : k * columns + a;
          int second = rows < columns ? b * columns + k : k * columns + b;
          dot += (double) values[first] * values[second];
        }
        assertEquals(a == b ? gain * gain : 0, dot, 1e-5, shape + " " + a + " " + b);
      }
    }
  }

  @Test
  void constantsAreConstant() {
    assertArrayEquals(
        new float[] {3, 3}, Initializers.constant(3).values(Shape.of(2), RandomKey.of(1)));
    assertEquals(0, Initializers.zeros().values(Shape.of(0, 4), RandomKey.of(1)).length);
  }

  @Test
  void fansNeedTwoAxes() {
    MerapiException error =
        assertThrows(
            MerapiException.class,
            () -> Initializers.xavierUniform().values(Shape.of(4), RandomKey.of(1)));
    assertEquals(Kind.SHAPE, error.kind());
  }
}
