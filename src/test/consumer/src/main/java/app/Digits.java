package app;

import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import java.util.Arrays;

/// In the place of the bundled digits, which are no part of the library: three batches of sevens.
final class Digits {
  private Digits() {}

  static Dataset trainSet() {
    int rows = 3 * 64;
    int[] labels = new int[rows];
    Arrays.fill(labels, 7);
    float[] pixels = new float[rows * 784];
    Arrays.fill(pixels, 0.5f);
    return Dataset.of(Shape.of(1, 28, 28), pixels, labels);
  }
}
