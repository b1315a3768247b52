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
    float[][] bands = isGrey(image) ? grey(image.getRaster()) : colours(image);
    int size = bands[0].length;
    float[] values = new float[wanted.count() * size];
    for (int i = 0; i < size; i++) {
      switch (wanted) {
        case GREY ->
            values[i] =
                bands.length == 1
                    ? bands[0][i]
                    : RED * bands[0][i] + GREEN * bands[1][i] + BLUE * bands[2][i];
        case RGB -> {
          for (int channel = 0; channel < 3; channel++) {
            values[channel * size + i] = bands[bands.length == 1 ? 0 : channel][i];
          }
        }
      }
    }
    return new Pixels(wanted.count(), image.getHeight(), image.getWidth(), values);
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
  private static float[][] grey(Raster raster) {
    int width = raster.getWidth();
    float[] values = new float[raster.getHeight() * width];
    int largest = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
    int[] line = new int[width];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(0, y, width, 1, 0, line);
      for (int x = 0; x < width; x++) {
        values[y * width + x] = line[x] / (float) largest;
      }
    }
    return new float[][] {values};
  }

  private static float[][] colours(BufferedImage image) {
    int width = image.getWidth();
    float[][] bands = new float[3][image.getHeight() * width];
    int[] line = new int[width];
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, line, 0, width);
      for (int x = 0; x < width; x++) {
        for (int band = 0; band < 3; band++) {
          bands[band][y * width + x] = (line[x] >> 16 - 8 * band & 0xff) / 255f;
        }
      }
    }
    return bands;
  }

  Shape shape() {
    return Shape.of(channels, height, width);
  }

  Tensor tensor() {
    return Tensor.of(shape(), values);
  }
}
