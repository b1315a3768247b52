package dev.merapi.toolkit.images;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The colour profile of a WebP, which its reader would apply.
final class WebpProfile {
  private static final int FIRST = 12;
  private static final int FLAGS = 20;
  private static final int HAS_PROFILE = 0x20;
  private static final String UNKNOWN = "JUNK";

  private WebpProfile() {}

  /// A file whose chunk with the profile is called unknown; the file itself if it has none.
  static byte[] removed(byte[] file) {
    if (file.length <= FLAGS
        || !name(file, 0).equals("RIFF")
        || !name(file, FIRST).equals("VP8X")
        || (file[FLAGS] & HAS_PROFILE) == 0) {
      return file;
    }
    byte[] without = file.clone();
    without[FLAGS] = (byte) (without[FLAGS] & ~HAS_PROFILE);
    var bytes = ByteBuffer.wrap(without).order(ByteOrder.LITTLE_ENDIAN);
    long at = FIRST;
    while (at <= file.length - 8) {
      if (name(file, (int) at).equals("ICCP")) {
        bytes.put((int) at, UNKNOWN.getBytes(ISO_8859_1));
      }
      long length = Integer.toUnsignedLong(bytes.getInt((int) at + 4));
      at += 8 + length + length % 2;
    }
    return without;
  }

  private static String name(byte[] file, int at) {
    return new String(file, at, 4, ISO_8859_1);
  }
}
