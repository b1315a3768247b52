package dev.merapi.format;

import dev.merapi.memory.HostTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Writes the header of a safetensors file: without blanks, tensors in the order of their data, and
/// behind it spaces, so that data begins at a multiple of 64 bytes.
final class HeaderText {
  private static final int ALIGNMENT = 64;

  private HeaderText() {}

  /// Tensors as they follow each other: those of large elements first, so that each is aligned to
  /// its elements without gaps; the given order within one size.
  static List<HostTensor> ordered(Collection<HostTensor> tensors) {
    return tensors.stream()
        .sorted(Comparator.comparingInt(HeaderText::elementBytes).reversed())
        .toList();
  }

  static int elementBytes(HostTensor tensor) {
    return StoredType.of(tensor.type().dtype()).bytes();
  }

  /// The file up to its first byte of data.
  ///
  /// @param metadata in the order of writing; left out if empty
  static byte[] bytes(Map<String, String> metadata, List<HostTensor> tensors) {
    var members = new StringBuilder();
    if (!metadata.isEmpty()) {
      member(members, Header.METADATA, Json.object(metadata));
    }
    long at = 0;
    for (HostTensor tensor : tensors) {
      long end = at + tensor.elements() * elementBytes(tensor);
      String sizes =
          Arrays.stream(tensor.shape().toArray())
              .mapToObj(Long::toString)
              .collect(Collectors.joining(",", "[", "]"));
      var type = StoredType.of(tensor.type().dtype());
      member(
          members,
          tensor.name(),
          "{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%s,%s]}"
              .formatted(type, sizes, Long.toString(at), Long.toString(end)));
      at = end;
    }
    byte[] text = ("{" + members + "}").getBytes(StandardCharsets.UTF_8);
    int length = (Header.PREFIX + text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) ' ');
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length - Header.PREFIX).put(text);
    return bytes;
  }

  private static void member(StringBuilder members, String key, String value) {
    members.append(members.isEmpty() ? "" : ",").append(Json.quote(key)).append(':').append(value);
  }
}
