package dev.merapi.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FirstProgramTest {
  @Test
  void aNetworkThatSawOnlyOneDigitScoresItHighest() {
    int rows = 64 * 3 + 1;
    int[] labels = new int[rows];
    Arrays.fill(labels, 7);
    float[] pixels = new float[rows * 784];
    Arrays.fill(pixels, 0.5f);
    float[] scores =
        FirstProgram.run(
            Dataset.of(Shape.of(1, 28, 28), pixels, labels), Arrays.copyOf(pixels, 784));
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    assertEquals(7, best);
  }
}
