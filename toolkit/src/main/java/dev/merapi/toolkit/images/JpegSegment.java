package dev.merapi.toolkit.images;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// A segment of a JPEG before its data: `0xff`, its number, a length that counts itself, and what
/// it holds.
///
/// @param from of its mark in the file
/// @param to behind it
record JpegSegment(byte[] file, int from, int to) {
  private static final int HEAD = 4;
  private static final int START_OF_DATA = 0xda;
  private static final int APP2 = 0xe2;
  private static final String PROFILE = "ICC_PROFILE\0";

  /// Those of a file, up to the first that is damaged; none of what is no JPEG.
  static List<JpegSegment> of(byte[] file) {
    var segments = new ArrayList<JpegSegment>();
    if (file.length < 2 || (file[0] & 0xff) != 0xff || (file[1] & 0xff) != 0xd8) {
      return segments;
    }
    int at = 2;
    while (at <= file.length - HEAD && (file[at] & 0xff) == 0xff) {
      int length = (file[at + 2] & 0xff) << 8 | file[at + 3] & 0xff;
      int end = at + 2 + length;
      if ((file[at + 1] & 0xff) == START_OF_DATA || length < 2 || end > file.length) {
        break;
      }
      segments.add(new JpegSegment(file, at, end));
      at = end;
    }
    return segments;
  }

  /// A file without its colour profile, which the JDK's reader would apply.
  static byte[] withoutProfile(byte[] file) {
    List<JpegSegment> profiles = of(file).stream().filter(each -> each.is(APP2, PROFILE)).toList();
    if (profiles.isEmpty()) {
      return file;
    }
    var kept = new ByteArrayOutputStream(file.length);
    int from = 0;
    for (JpegSegment each : profiles) {
      kept.write(file, from, each.from - from);
      from = each.to;
    }
    kept.write(file, from, file.length - from);
    return kept.toByteArray();
  }

  /// Whether it has that number, and begins so.
  boolean is(int number, String name) {
    return (file[from + 1] & 0xff) == number
        && to - from >= HEAD + name.length()
        && new String(file, from + HEAD, name.length(), ISO_8859_1).equals(name);
  }

  /// Where what follows the name begins.
  int behind(String name) {
    return from + HEAD + name.length();
  }
}
