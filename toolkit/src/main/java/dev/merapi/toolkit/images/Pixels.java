package dev.merapi.toolkit.images;

import dev.merapi.MerapiException;
import dev.merapi.Tensor;
import dev.merapi.graph.Shape;
import dev.merapi.toolkit.images.Images.Channels;
import java.awt.image.BufferedImage;
import java.util.Set;

/// An image as numbers from 0 to 1, channel by channel.
///
/// @param values `[channels, height, width]`, row-major
record Pixels(int channels, int height, int width, float[] values) {
  private static final float RED = 0.299f;
  private static final float GREEN = 0.587f;
  private static final float BLUE = 0.114f;

  /// Orientations in which the first row that is seen lies at the end of its axis of the file, and
  /// those in which the first column does.
  private static final Set<Integer> UPSIDE_DOWN = Set.of(3, 4, 6, 7);

  private static final Set<Integer> LEFT_TO_RIGHT = Set.of(2, 3, 7, 8);

  /// Takes the samples of a decoded image, as they stand in its file: what the JDK would convert
  /// (colour profiles, and grey that it takes for linear light) is not asked for.
  ///
  /// @param place what messages call it
  /// @throws MerapiException of kind `FORMAT` if the samples are of no kind that is read
  static Pixels of(BufferedImage image, Channels wanted, String place) {
    int size = Math.multiplyExact(image.getHeight(), image.getWidth());
    float[] values = new float[Math.multiplyExact(wanted.count(), size)];
    var pixels = new Pixels(wanted.count(), image.getHeight(), image.getWidth(), values);
    pixels.take(Samples.of(image, place), wanted);
    return pixels;
  }

  private void take(Samples samples, Channels wanted) {
    float[] line = new float[3 * width];
    for (int y = 0; y < height; y++) {
      samples.colours(y, line);
      for (int x = 0; x < width; x++) {
        int place = y * width + x;
        float red = line[3 * x];
        float green = line[3 * x + 1];
        float blue = line[3 * x + 2];
        switch (wanted) {
          case GREY ->
              values[place] = samples.isGrey() ? red : RED * red + GREEN * green + BLUE * blue;
          case RGB -> {
            values[place] = red;
            values[height * width + place] = green;
            values[2 * height * width + place] = blue;
          }
        }
      }
    }
  }

  /// The image as it was seen, from one that was taken with a camera turned or mirrored.
  ///
  /// @param orientation as [Orientation#of]
  Pixels turned(int orientation) {
    if (orientation == Orientation.UPRIGHT) {
      return this;
    }
    boolean swapped = orientation >= 5;
    int newHeight = swapped ? width : height;
    int newWidth = swapped ? height : width;
    float[] turned = new float[values.length];
    for (int y = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++) {
        int row = swapped ? x : y;
        int column = swapped ? y : x;
        int fromY = UPSIDE_DOWN.contains(orientation) ? height - 1 - row : row;
        int fromX = LEFT_TO_RIGHT.contains(orientation) ? width - 1 - column : column;
        for (int channel = 0; channel < channels; channel++) {
          int plane = channel * height * width;
          turned[plane + y * newWidth + x] = values[plane + fromY * width + fromX];
        }
      }
    }
    return new Pixels(channels, newHeight, newWidth, turned);
  }

  Shape shape() {
    return Shape.of(channels, height, width);
  }

  Tensor tensor() {
    return Tensor.of(shape(), values);
  }
}
