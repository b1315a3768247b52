package dev.merapi.toolkit.images;

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

/// Decodes images with the JDK's readers, and does not believe the sizes in their headers.
final class ImageDecoder {
  static final int MAX_SIDE = 1 << 15;

  /// Some 67 million.
  private static final long MAX_PIXELS = 1 << 26;

  /// No format packs more pixels into a byte: PNG with eight in a byte, before deflate makes one of
  /// up to 1032 bytes.
  private static final long MAX_PIXELS_A_BYTE = 8 * 1032;

  private ImageDecoder() {}

  /// @param place what messages call it
  /// @throws MerapiException of kind `FORMAT` if it cannot be decoded
  static BufferedImage decode(byte[] bytes, String place) {
    try (var stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw MerapiException.of(Kind.FORMAT, "image: not a format that can be read")
            .at(place)
            .hint("use PNG or JPEG");
      }
      return decode(readers.next(), stream, bytes.length, place);
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw damaged(place, e);
    } catch (IndexOutOfBoundsException | NegativeArraySizeException | ArithmeticException e) {
      throw damaged(place, e);
    } catch (NullPointerException | ClassCastException | UnsupportedOperationException e) {
      throw damaged(place, e);
    }
  }

  /// The JDK's readers meet damage with whatever exception comes of it.
  private static MerapiException damaged(String place, Exception cause) {
    return MerapiException.of(Kind.FORMAT, "image: cannot be decoded")
        .with("reason", cause.getMessage() == null ? cause : cause.getMessage())
        .at(place)
        .causedBy(cause);
  }

  private static BufferedImage decode(
      ImageReader reader, ImageInputStream stream, int bytes, String place) throws IOException {
    try {
      reader.setInput(stream, true, true);
      long width = reader.getWidth(0);
      long height = reader.getHeight(0);
      long most = Math.min(MAX_PIXELS, bytes * MAX_PIXELS_A_BYTE);
      if (width < 1
          || height < 1
          || width > MAX_SIDE
          || height > MAX_SIDE
          || width * height > most) {
        throw MerapiException.of(Kind.FORMAT, "image: size out of range")
            .with("width", width)
            .with("height", height)
            .with("bytes", bytes)
            .at(place);
      }
      return reader.read(0);
    } finally {
      reader.dispose();
    }
  }
}
