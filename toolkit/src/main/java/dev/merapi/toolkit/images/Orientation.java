package dev.merapi.toolkit.images;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// How a camera was held: number 1 to 8 of the Exif tag 0x0112, in JPEG, TIFF, PNG and WebP.
///
/// Everything is looked up within the bytes that are there; what is damaged counts as upright.
final class Orientation {
  /// As it is.
  static final int UPRIGHT = 1;

  private static final int TAG = 0x0112;
  private static final int ENTRY = 12;
  private static final int APP1 = 0xe1;
  private static final String EXIF = "Exif\0\0";

  private final ByteBuffer bytes;

  private Orientation(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
  }

  /// What an image file notes.
  static int of(byte[] file) {
    try {
      int found = new Orientation(file).find();
      return found >= 1 && found <= 8 ? found : UPRIGHT;
    } catch (IndexOutOfBoundsException _) {
      return UPRIGHT;
    }
  }

  private int find() {
    for (JpegSegment each : JpegSegment.of(bytes.array())) {
      if (each.is(APP1, EXIF)) {
        return inTiff(each.behind(EXIF));
      }
    }
    if (is("\u0089PNG", 0)) {
      return inChunks("eXIf", 8, ByteOrder.BIG_ENDIAN);
    }
    if (is("RIFF", 0) && is("WEBP", 8)) {
      return inChunks("EXIF", 12, ByteOrder.LITTLE_ENDIAN);
    }
    return inTiff(0);
  }

  private boolean is(String text, int at) {
    byte[] wanted = text.getBytes(ISO_8859_1);
    if (at < 0 || at > bytes.limit() - wanted.length) {
      return false;
    }
    byte[] found = new byte[wanted.length];
    bytes.get(at, found);
    return Arrays.equals(wanted, found);
  }

  /// Chunks: in PNG length, name, data and checksum; in RIFF name, length, and data of even length.
  private int inChunks(String name, int start, ByteOrder order) {
    boolean png = order == ByteOrder.BIG_ENDIAN;
    long at = start;
    while (at >= 0 && at <= bytes.limit() - 8) {
      int here = (int) at;
      long length = Integer.toUnsignedLong(bytes.order(order).getInt(here + (png ? 0 : 4)));
      if (is(name, here + (png ? 4 : 0))) {
        return inTiff(here + 8 + (is(EXIF, here + 8) ? EXIF.length() : 0));
      }
      at += 8 + length + (png ? 4 : length % 2);
    }
    return UPRIGHT;
  }

  /// A TIFF header, and the entries of the first directory.
  private int inTiff(int start) {
    if (!is("II*\0", start) && !is("MM\0*", start)) {
      return UPRIGHT;
    }
    bytes.order(is("II", start) ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = start + bytes.getInt(start + 4);
    int entries = Short.toUnsignedInt(bytes.getShort(directory));
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + i * ENTRY;
      if (Short.toUnsignedInt(bytes.getShort(entry)) == TAG) {
        return Short.toUnsignedInt(bytes.getShort(entry + 8));
      }
    }
    return UPRIGHT;
  }
}
