package dev.merapi.toolkit.images;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/// The samples of a decoded image, line by line, as red, green and blue from 0 to 1.
sealed interface Samples {
  /// Whether red, green and blue are the same.
  boolean isGrey();

  /// Gives one line: `[width, 3]`.
  void colours(int y, float[] line);

  /// @throws MerapiException of kind `FORMAT` if they are of no kind that is read
  static Samples of(BufferedImage image, String place) {
    ColorModel model = image.getColorModel();
    if (model instanceof IndexColorModel) {
      return new Palette(image);
    }
    Raster raster = image.getRaster();
    int space = model.getColorSpace().getType();
    if (!model.isAlphaPremultiplied() && isUnsigned(raster)) {
      if (space == ColorSpace.TYPE_GRAY) {
        return new Stored(raster, new int[] {0, 0, 0});
      }
      if (space == ColorSpace.TYPE_RGB) {
        return new Stored(raster, new int[] {0, 1, 2});
      }
      if (space == ColorSpace.TYPE_CMYK && raster.getNumBands() == 4) {
        return new Inks(raster);
      }
    }
    throw MerapiException.of(Kind.FORMAT, "image: samples of a kind that is not read")
        .with("colour space", model.getColorSpace().getClass().getSimpleName())
        .with("bands", raster.getNumBands())
        .with("bits", raster.getSampleModel().getSampleSize(0))
        .at(place)
        .hint("save it as RGB or grey, of 8 or 16 bits");
  }

  private static boolean isUnsigned(Raster raster) {
    return switch (raster.getDataBuffer().getDataType()) {
      case DataBuffer.TYPE_BYTE, DataBuffer.TYPE_USHORT -> true;
      case DataBuffer.TYPE_INT -> raster.getSampleModel().getSampleSize(0) <= 16; // packed
      default -> false;
    };
  }

  private static float largest(Raster raster, int band) {
    return (1 << raster.getSampleModel().getSampleSize(band)) - 1;
  }

  /// Colours or grey, of up to 16 bits.
  ///
  /// @param bands of red, green and blue
  record Stored(Raster raster, int[] bands) implements Samples {
    @Override
    public boolean isGrey() {
      return bands[1] == bands[0];
    }

    @Override
    public void colours(int y, float[] line) {
      int width = raster.getWidth();
      int[] samples = new int[width];
      for (int channel = 0; channel < bands.length; channel++) {
        raster.getSamples(0, y, width, 1, bands[channel], samples);
        float largest = largest(raster, bands[channel]);
        for (int x = 0; x < width; x++) {
          line[3 * x + channel] = samples[x] / largest;
        }
      }
    }
  }

  /// Cyan, magenta, yellow and black. Each ink takes its share of the light, as in other libraries
  /// where no profile says more: `R = (1 - C)(1 - K)`.
  record Inks(Raster raster) implements Samples {
    @Override
    public boolean isGrey() {
      return false;
    }

    @Override
    public void colours(int y, float[] line) {
      int width = raster.getWidth();
      int[] samples = raster.getPixels(0, y, width, 1, (int[]) null);
      float largest = largest(raster, 0);
      for (int x = 0; x < width; x++) {
        float light = 1 - samples[4 * x + 3] / largest;
        for (int channel = 0; channel < 3; channel++) {
          line[3 * x + channel] = (1 - samples[4 * x + channel] / largest) * light;
        }
      }
    }
  }

  /// Numbers of colours in a table.
  record Palette(BufferedImage image) implements Samples {
    @Override
    public boolean isGrey() {
      return false;
    }

    @Override
    public void colours(int y, float[] line) {
      int width = image.getWidth();
      int[] colours = image.getRGB(0, y, width, 1, null, 0, width);
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < 3; channel++) {
          line[3 * x + channel] = (colours[x] >> 16 - 8 * channel & 0xff) / 255f;
        }
      }
    }
  }
}
