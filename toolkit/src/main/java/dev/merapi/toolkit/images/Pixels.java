package dev.merapi.toolkit.images;

import dev.merapi.Tensor;
import dev.merapi.graph.Shape;
import dev.merapi.toolkit.images.Images.Channels;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/// An image as numbers from 0 to 1, channel by channel.
///
/// @param values `[channels, height, width]`, row-major
record Pixels(int channels, int height, int width, float[] values) {
  private static final float RED = 0.299f;
  private static final float GREEN = 0.587f;
  private static final float BLUE = 0.114f;

  /// Takes the samples of a decoded image.
  static Pixels of(BufferedImage image, Channels wanted) {
    int size = Math.multiplyExact(image.getHeight(), image.getWidth());
    float[] values = new float[Math.multiplyExact(wanted.count(), size)];
    var pixels = new Pixels(wanted.count(), image.getHeight(), image.getWidth(), values);
    if (isGrey(image)) {
      pixels.takeGrey(image.getRaster());
    } else {
      pixels.takeColours(image, wanted);
    }
    return pixels;
  }

  private static boolean isGrey(BufferedImage image) {
    ColorModel model = image.getColorModel();
    return model.getColorSpace().getType() == ColorSpace.TYPE_GRAY
        && !(model instanceof IndexColorModel)
        && isUnsigned(image.getRaster().getDataBuffer().getDataType());
  }

  private static boolean isUnsigned(int type) {
    return type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT;
  }

  /// The samples as they stand in the file: the JDK takes grey for linear light, and getRGB would
  /// convert it.
  private void takeGrey(Raster raster) {
    int largest = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
    int[] line = new int[width];
    for (int y = 0; y < height; y++) {
      raster.getSamples(0, y, width, 1, 0, line);
      for (int x = 0; x < width; x++) {
        float sample = line[x] / (float) largest;
        for (int channel = 0; channel < channels; channel++) {
          values[(channel * height + y) * width + x] = sample;
        }
      }
    }
  }

  private void takeColours(BufferedImage image, Channels wanted) {
    int[] line = new int[width];
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, line, 0, width);
      for (int x = 0; x < width; x++) {
        int place = y * width + x;
        switch (wanted) {
          case GREY ->
              values[place] =
                  RED * sample(line[x], 0) + GREEN * sample(line[x], 1) + BLUE * sample(line[x], 2);
          case RGB -> {
            for (int channel = 0; channel < channels; channel++) {
              values[channel * height * width + place] = sample(line[x], channel);
            }
          }
        }
      }
    }
  }

  /// @param channel 0 for red
  private static float sample(int rgb, int channel) {
    return (rgb >> 16 - 8 * channel & 0xff) / 255f;
  }

  Shape shape() {
    return Shape.of(channels, height, width);
  }

  Tensor tensor() {
    return Tensor.of(shape(), values);
  }
}
