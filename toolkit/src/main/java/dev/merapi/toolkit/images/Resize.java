package dev.merapi.toolkit.images;

/// Changes the size of images: bilinear, with a filter as wide as the pixels of the smaller image,
/// so that shrinking takes all pixels into account. The corners of old and new image meet. This is
/// what Pillow and PyTorch (`interpolate`, antialias) call bilinear.
final class Resize {
  private Resize() {}

  static Pixels apply(Pixels image, int height, int width) {
    float[] lines =
        along(image.values(), image.channels() * image.height(), image.width(), 1, width);
    float[] all = along(lines, image.channels(), image.height(), width, height);
    return new Pixels(image.channels(), height, width, all);
  }

  /// Changes the middle axis of `[outer, size, inner]`.
  private static float[] along(float[] values, int outer, int size, int inner, int target) {
    if (size == target) {
      return values;
    }
    float[] changed = new float[outer * target * inner];
    double scale = size / (double) target;
    double reach = Math.max(scale, 1);
    for (int to = 0; to < target; to++) {
      double middle = (to + 0.5) * scale;
      int first = (int) Math.max(Math.floor(middle - reach), 0);
      int last = (int) Math.min(Math.ceil(middle + reach), size);
      float[] weights = weights(middle, reach, first, last);
      for (int i = 0; i < outer; i++) {
        for (int from = first; from < last; from++) {
          float weight = weights[from - first];
          int source = (i * size + from) * inner;
          int place = (i * target + to) * inner;
          for (int j = 0; j < inner; j++) {
            changed[place + j] += weight * values[source + j];
          }
        }
      }
    }
    return changed;
  }

  /// Falls from the middle to zero in reach of it, and adds up to 1.
  private static float[] weights(double middle, double reach, int first, int last) {
    double[] heights = new double[last - first];
    double sum = 0;
    for (int i = 0; i < heights.length; i++) {
      heights[i] = Math.max(0, 1 - Math.abs(first + i + 0.5 - middle) / reach);
      sum += heights[i];
    }
    float[] weights = new float[heights.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (heights[i] / sum);
    }
    return weights;
  }
}
