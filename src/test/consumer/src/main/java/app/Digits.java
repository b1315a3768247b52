package app;

import dev.merapi.data.Dataset;
import dev.merapi.graph.Shape;
import java.util.Arrays;

/// In the place of the bundled digits, which are no part of the library: black images, as the
/// program scores one, that are to be sevens, and as many grey ones that are to be threes.
final class Digits {
  private Digits() {}

  static Dataset trainSet() {
    int rows = 40 * 64;
    int[] labels = new int[rows];
    float[] pixels = new float[rows * 784];
    Arrays.fill(labels, 0, rows / 2, 7);
    Arrays.fill(labels, rows / 2, rows, 3);
    Arrays.fill(pixels, pixels.length / 2, pixels.length, 0.5f);
    return Dataset.of(Shape.of(1, 28, 28), pixels, labels);
  }
}
