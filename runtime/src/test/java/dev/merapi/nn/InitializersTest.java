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
