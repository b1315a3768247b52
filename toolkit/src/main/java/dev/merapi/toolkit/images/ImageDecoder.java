package dev.merapi.toolkit.images;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// Decodes images with the JDK's readers, and one for WebP, and does not believe the sizes in their
/// headers.
final class ImageDecoder {
  static final int MAX_SIDE = 1 << 15;

  /// No format packs more pixels into a byte: PNG with eight in a byte, before deflate makes one of
  /// up to 1032 bytes.
  private static final long MAX_PIXELS_A_BYTE = 8 * 1032;

  private ImageDecoder() {}

  /// Decodes the first image of a file, whatever follows it.
  ///
  /// @param maxPixels how many it may have
  /// @param place what messages call it
  /// @throws MerapiException of kind `FORMAT` if it cannot be decoded, of kind `LIMIT` if it has
  ///   more pixels, of kind `MEMORY` if there is not enough for them
  static BufferedImage decode(byte[] bytes, long maxPixels, String place) {
    try (var stream = memory(bytes)) {
      return decode(reader(stream, place), stream, new Limits(bytes.length, maxPixels), place);
    } catch (OutOfMemoryError e) {
      throw MerapiException.of(Kind.MEMORY, "image: needs more memory than there is")
          .with("bytes", bytes.length)
          .at(place)
          .hint("give the JVM more (-Xmx), if the file can be trusted")
          .causedBy(e);
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw damaged(place, e);
    } catch (IndexOutOfBoundsException | NegativeArraySizeException | ArithmeticException e) {
      throw damaged(place, e);
    } catch (NullPointerException | ClassCastException | UnsupportedOperationException e) {
      throw damaged(place, e);
    }
  }

  private static ImageInputStream memory(byte[] bytes) {
    return new Bytes(WebpProfile.removed(JpegSegment.withoutProfile(bytes)));
  }

  /// A file in memory. A reader that goes on asking behind its end is stopped: the one of WebP
  /// takes what is missing for zeros, for as long as a damaged header tells it to.
  private static final class Bytes extends MemoryCacheImageInputStream {
    private static final int MOST_BEYOND = 1 << 12;

    private int beyond;

    Bytes(byte[] bytes) {
      super(new ByteArrayInputStream(bytes));
    }

    @Override
    public int read() throws IOException {
      return checked(super.read());
    }

    @Override
    public int read(byte[] into, int from, int count) throws IOException {
      return checked(super.read(into, from, count));
    }

    private int checked(int read) {
      if (read < 0 && ++beyond > MOST_BEYOND) {
        throw new IllegalStateException("the file ends too early");
      }
      return read;
    }
  }

  /// The reader of WebP is named here: the JDK would look for it with the thread's context class
  /// loader.
  private static ImageReader reader(ImageInputStream stream, String place) throws IOException {
    var webp = new WebPImageReaderSpi();
    if (webp.canDecodeInput(stream)) {
      return webp.createReaderInstance(null);
    }
    Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
    if (!readers.hasNext()) {
      throw MerapiException.of(Kind.FORMAT, "image: not a format that can be read")
          .at(place)
          .hint("use PNG, JPEG or WebP");
    }
    return readers.next();
  }

  /// The JDK's readers meet damage with whatever exception comes of it.
  private static MerapiException damaged(String place, Exception cause) {
    return MerapiException.of(Kind.FORMAT, "image: cannot be decoded")
        .with("reason", cause.getMessage() == null ? cause : cause.getMessage())
        .at(place)
        .causedBy(cause);
  }

  /// What the size in a header is held to.
  ///
  /// @param bytes of the file
  private record Limits(int bytes, long maxPixels) {
    void check(long width, long height, String place) {
      boolean possible =
          width >= 1
              && height >= 1
              && width <= MAX_SIDE
              && height <= MAX_SIDE
              && width * height <= bytes * MAX_PIXELS_A_BYTE;
      if (!possible) {
        throw error(Kind.FORMAT, "image: size out of range", width, height, place)
            .with("bytes", bytes);
      }
      if (width * height > maxPixels) {
        throw error(Kind.LIMIT, "image: more pixels than allowed", width, height, place)
            .with("allowed", maxPixels)
            .hint("raise it, if the file can be trusted: Images.rgb().maxPixels(n)");
      }
    }

    private static MerapiException error(
        Kind kind, String what, long width, long height, String place) {
      return MerapiException.of(kind, what).with("width", width).with("height", height).at(place);
    }
  }

  private static BufferedImage decode(
      ImageReader reader, ImageInputStream stream, Limits limits, String place) throws IOException {
    try {
      reader.setInput(stream, true, true);
      limits.check(reader.getWidth(0), reader.getHeight(0), place);
      return reader.read(0);
    } finally {
      reader.dispose();
    }
  }
}
