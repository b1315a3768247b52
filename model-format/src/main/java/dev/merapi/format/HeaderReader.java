package dev.merapi.format;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads and checks the header of a safetensors file. Nothing in it is believed before it was
/// compared with the file: memory grows with the bytes that are there.
final class HeaderReader {
  private final JsonCursor cursor;
  private final long dataBytes;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private int sizes;

  private HeaderReader(String text, long dataBytes) {
    cursor = new JsonCursor(text);
    this.dataBytes = dataBytes;
  }

  /// @param most the longest JSON text allowed
  /// @throws MerapiException of kind `FORMAT` if it is not what the format demands
  static Header read(SeekableByteChannel file, long most) throws IOException {
    long size = file.size();
    byte[] prefix = bytes(file, (int) Math.min(size, Header.PREFIX), new byte[0]);
    long length =
        size < Header.PREFIX
            ? 0
            : ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    if (length < 2 || length > most || length > size - Header.PREFIX) {
      throw MerapiException.of(Kind.FORMAT, "safetensors: length of the header is out of range")
          .with("length", Long.toUnsignedString(length))
          .with("bytes of the file", size)
          .with("limit", most)
          .hint("the file is not of this format, or damaged");
    }
    byte[] bytes = bytes(file, (int) length, prefix);
    var reader = new HeaderReader(text(bytes), size - bytes.length);
    reader.parse();
    reader.checkPlaces();
    return new Header(reader.metadata, reader.tensors, bytes);
  }

  /// What is read, behind what was read before.
  private static byte[] bytes(SeekableByteChannel file, int count, byte[] before)
      throws IOException {
    var buffer = ByteBuffer.allocate(before.length + count).put(before);
    while (buffer.hasRemaining()) {
      if (file.read(buffer) < 0) {
        throw MerapiException.of(Kind.FORMAT, "safetensors: ends within its header");
      }
    }
    return buffer.array();
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, Header.PREFIX, bytes.length - Header.PREFIX))
          .toString();
    } catch (CharacterCodingException e) {
      throw MerapiException.of(Kind.FORMAT, "safetensors: the header is not UTF-8").causedBy(e);
    }
  }

  private void parse() {
    cursor.object(
        Limits.MOST_MEMBERS,
        key -> {
          if (key.equals(Header.METADATA)) {
            if (!cursor.takeNull()) { // some writers put it where there is none
              cursor.object(Limits.MOST_MEMBERS, name -> metadata.put(name, cursor.string()));
            }
          } else {
            tensors.put(key, tensor(key));
          }
        });
    cursor.end();
  }

  /// The members of a tensor's entry, each of which must be there.
  private static final class Entry {
    String type = "";
    Shape shape = Shape.SCALAR;
    List<Long> offsets = List.of();
    int members;
  }

  private static final int ENTRY_MEMBERS = 3;

  private StoredTensor tensor(String name) {
    var entry = new Entry();
    cursor.object(
        ENTRY_MEMBERS,
        key -> {
          entry.members++;
          switch (key) {
            case "dtype" -> entry.type = cursor.string();
            case "shape" -> entry.shape = shape();
            case "data_offsets" -> entry.offsets = offsets();
            default ->
                throw cursor.error("unknown key in the entry of a tensor").with("tensor", name);
          }
        });
    if (entry.members != ENTRY_MEMBERS || entry.offsets.size() != 2) {
      throw cursor
          .error("the entry of a tensor lacks something")
          .with("tensor", name)
          .hint("it has dtype, shape and data_offsets [begin,end]");
    }
    StoredType type = StoredType.named(entry.type, name);
    long begin = entry.offsets.get(0);
    long end = entry.offsets.get(1);
    if (begin > end || end > dataBytes || bytes(entry.shape, type) != end - begin) {
      throw MerapiException.of(Kind.FORMAT, "safetensors: a tensor does not fit its place")
          .with("tensor", name)
          .with("type", type)
          .with("shape", entry.shape)
          .with("begin", begin)
          .with("end", end)
          .with("bytes of data", dataBytes)
          .hint("the file is cut short, or damaged");
    }
    return new StoredTensor(name, type, entry.shape, begin, end);
  }

  private List<Long> offsets() {
    var offsets = new ArrayList<Long>(2);
    cursor.array(2, () -> offsets.add(cursor.number()));
    return offsets;
  }

  private Shape shape() {
    var dims = new ArrayList<Dim>();
    cursor.array(Limits.HIGHEST_RANK, () -> dims.add(Dim.of(cursor.number())));
    sizes += dims.size();
    if (sizes > Limits.MOST_SIZES) {
      throw cursor.error("tensors have too many sizes").with("limit", Limits.MOST_SIZES);
    }
    return new Shape(dims);
  }

  /// The bytes that a shape takes, or -1 if they exceed 63 bits.
  private static long bytes(Shape shape, StoredType type) {
    try {
      long bytes = type.bytes();
      for (long size : shape.toArray()) {
        bytes = Math.multiplyExact(bytes, size);
      }
      return bytes;
    } catch (ArithmeticException _) {
      return -1;
    }
  }

  private static int compare(StoredTensor one, StoredTensor other) {
    int begins = Long.compare(one.begin(), other.begin());
    return begins != 0 ? begins : Long.compare(one.end(), other.end());
  }

  /// Tensors follow each other without gaps and fill the file.
  private void checkPlaces() {
    var ordered = new ArrayList<>(tensors.values());
    ordered.sort(HeaderReader::compare);
    long at = 0;
    for (StoredTensor tensor : ordered) {
      if (tensor.begin() != at) {
        throw MerapiException.of(Kind.FORMAT, "safetensors: a gap or an overlap before a tensor")
            .with("tensor", tensor.name())
            .with("begin", tensor.begin())
            .with("end of the one before", at);
      }
      at = tensor.end();
    }
    if (at != dataBytes) {
      throw MerapiException.of(Kind.FORMAT, "safetensors: bytes follow the last tensor")
          .with("end of the tensors", at)
          .with("bytes of data", dataBytes);
    }
  }
}
