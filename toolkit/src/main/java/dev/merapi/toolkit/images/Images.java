package dev.merapi.toolkit.images;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.DType;
import dev.merapi.graph.Shape;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;

/// Reads image files (PNG, JPEG, WebP, TIFF, GIF, BMP) as `f32[C, H, W]` from 0 to 1, and writes
/// PNG.
///
/// ```java
/// Tensor digit = Images.grey().resized(28, 28).read(Path.of("seven.png"));   // f32[1,28,28]
/// ```
///
/// Values are those of the file, gamma and all, as other libraries give them: 1 is the largest
/// sample, of 8 or of 16 bits. Colour profiles such as Display P3 are not applied, in no format;
/// inks (CMYK) become `R = (1 - C)(1 - K)`. Transparency and all images of a file but the first are
/// ignored, and so is the way a camera was held, unless [#upright()] is asked for. Immutable.
///
/// The size in a file's header is looked at before anything is decoded: a few bytes may claim
/// gigabytes. An image may have [#MAX_PIXELS] pixels unless [#maxPixels(long)] says otherwise.
public final class Images {
  /// The pixels that an image may have unless another limit is set: 2^25, some 33 million. Reading
  /// takes 20 bytes for each.
  public static final long MAX_PIXELS = 1 << 25;

  /// Their samples fit into an array.
  private static final long MOST_PIXELS = 1 << 29;

  /// What the channels of the tensors are.
  enum Channels {
    GREY(1),
    RGB(3);

    private final int count;

    Channels(int count) {
      this.count = count;
    }

    int count() {
      return count;
    }
  }

  /// Whether the orientation that cameras note (Exif) turns an image.
  private enum View {
    AS_STORED,
    UPRIGHT
  }

  /// Height and width that images are brought to.
  private record Size(int height, int width) {}

  private final Channels channels;
  private final Optional<Size> size;
  private final View view;
  private final long maxPixels;

  private Images(Channels channels, View view, Optional<Size> size, long maxPixels) {
    this.channels = channels;
    this.view = view;
    this.size = size;
    this.maxPixels = maxPixels;
  }

  /// One channel; colours become `0.299 R + 0.587 G + 0.114 B` (ITU-R BT.601).
  public static Images grey() {
    return new Images(Channels.GREY, View.AS_STORED, Optional.empty(), MAX_PIXELS);
  }

  /// Red, green and blue; they are equal where an image is grey.
  public static Images rgb() {
    return new Images(Channels.RGB, View.AS_STORED, Optional.empty(), MAX_PIXELS);
  }

  /// Turns and mirrors each image as the camera noted that it was held (Exif, in JPEG, TIFF, PNG
  /// and WebP), so that photographs stand upright. It comes before a change of size.
  public Images upright() {
    return new Images(channels, View.UPRIGHT, size, maxPixels);
  }

  /// Brings every image to one size: bilinear, where it shrinks over all pixels that a new one
  /// covers. The ratio of the sides is not kept.
  public Images resized(int height, int width) {
    if (height < 1
        || width < 1
        || height > ImageDecoder.MAX_SIDE
        || width > ImageDecoder.MAX_SIDE) {
      throw MerapiException.of(Kind.ARGUMENT, "image: size out of range")
          .with("height", height)
          .with("width", width);
    }
    return new Images(channels, view, Optional.of(new Size(height, width)), maxPixels);
  }

  /// With another limit on the pixels of an image, at most 2^29: refuses larger ones before they
  /// are decoded.
  public Images maxPixels(long most) {
    if (most < 1 || most > MOST_PIXELS) {
      throw MerapiException.of(Kind.ARGUMENT, "image: limit of the pixels out of range")
          .with("pixels", most)
          .with("largest", MOST_PIXELS);
    }
    return new Images(channels, view, size, most);
  }

  /// Reads a file.
  ///
  /// @throws MerapiException of kind `FORMAT` if it cannot be decoded, of kind `LIMIT` if it has
  ///   too many pixels
  /// @throws UncheckedIOException if it cannot be read
  public Tensor read(Path file) {
    return decode(file).tensor();
  }

  /// Reads a stream to its end.
  ///
  /// @param place what messages call it
  /// @throws MerapiException of kind `FORMAT` if it cannot be decoded, of kind `LIMIT` if it has
  ///   too many pixels
  /// @throws UncheckedIOException if it cannot be read
  public Tensor read(InputStream stream, String place) {
    try {
      return decode(stream.readAllBytes(), place).tensor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Pixels decode(Path file) {
    try {
      return decode(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Pixels decode(byte[] bytes, String place) {
    Pixels stored = Pixels.of(ImageDecoder.decode(bytes, maxPixels, place), channels, place);
    Pixels pixels = view == View.UPRIGHT ? stored.turned(Orientation.of(bytes)) : stored;
    return size.map(to -> Resize.apply(pixels, to.height, to.width)).orElse(pixels);
  }

  /// Writes `f32[1, H, W]` or `f32[3, H, W]` as a PNG of 8 bits a sample. Values outside 0 to 1 are
  /// cut off.
  ///
  /// @throws MerapiException of kind `SHAPE` if it has another type, of kind `ARGUMENT` if a value
  ///   is NaN
  /// @throws UncheckedIOException if it cannot be written
  public static void write(Path file, Tensor image) {
    BufferedImage picture = picture(image);
    try (OutputStream stream = Files.newOutputStream(file)) {
      ImageIO.write(picture, "png", stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BufferedImage picture(Tensor image) {
    Shape shape = image.shape();
    if (image.dtype() != DType.F32
        || shape.rank() != 3
        || shape.size(0) != 1 && shape.size(0) != 3
        || shape.elements() == 0) {
      throw MerapiException.of(Kind.SHAPE, "image: takes f32[1,H,W] or f32[3,H,W]")
          .with("type", image.type());
    }
    int height = Math.toIntExact(shape.size(1));
    int width = Math.toIntExact(shape.size(2));
    boolean grey = shape.size(0) == 1;
    var picture =
        new BufferedImage(
            width, height, grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    // Samples are set as they are: setRGB would convert grey between two gammas.
    WritableRaster raster = picture.getRaster();
    float[] values = image.toFloats();
    for (int i = 0; i < values.length; i++) {
      int place = i % (height * width);
      raster.setSample(place % width, place / width, i / (height * width), sample(values[i], i));
    }
    return picture;
  }

  private static int sample(float value, int index) {
    if (Float.isNaN(value)) {
      throw MerapiException.of(Kind.ARGUMENT, "image: a value is NaN").with("element", index);
    }
    return Math.round(Math.clamp(value, 0, 1) * 255);
  }
}
