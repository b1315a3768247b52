package dev.merapi.data;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// The IDX files of MNIST and its kin, plain or gzip: numbers of one of six types in any number of
/// dimensions.
///
/// The header is `0, 0, type, rank`, then one big-endian size each. The reader trusts nothing of
/// it: memory grows with the data that is really there, never with what the header says. A packed
/// megabyte may unpack to a gigabyte, so there is a limit on the bytes, too; nothing is unpacked
/// beyond what the header says.
///
/// @param type of the elements
/// @param sizes outermost first
/// @param values the bytes of the elements, big-endian, row-major
public record Idx(Type type, int[] sizes, byte[] values) {
  /// What elements are; the names are those of the format's own description.
  public enum Type {
    UNSIGNED_BYTE(0x08, 1),
    SIGNED_BYTE(0x09, 1),
    SHORT(0x0b, 2),
    INT(0x0c, 4),
    FLOAT(0x0d, 4),
    DOUBLE(0x0e, 8);

    private final int code;
    private final int bytes;

    Type(int code, int bytes) {
      this.code = code;
      this.bytes = bytes;
    }

    private static Optional<Type> of(byte code) {
      return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
    }
  }

  /// The bytes of data that there may be unless another limit is given: 1 GiB.
  public static final int MAX_BYTES = 1 << 30;

  private static final int MAX_RANK = 8;
  private static final int GZIP_MAGIC = 0x1f8b;

  /// Reads a file.
  ///
  /// @throws MerapiException of kind `FORMAT` if it is not what the format demands, of kind `LIMIT`
  ///   if it has more data than [#MAX_BYTES]
  /// @throws UncheckedIOException if it cannot be read
  public static Idx read(Path file) {
    return read(file, MAX_BYTES);
  }

  /// Reads a file, as [#read(Path)].
  ///
  /// @param maxBytes of data, unpacked; 2^31 - 17 at most, what an array holds
  public static Idx read(Path file, int maxBytes) {
    try (InputStream stream = Files.newInputStream(file)) {
      return read(stream, maxBytes, file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads a stream to its end.
  ///
  /// @param place what messages call it
  /// @throws MerapiException of kind `FORMAT` if it is not what the format demands, of kind `LIMIT`
  ///   if it has more data than [#MAX_BYTES]
  /// @throws UncheckedIOException if it cannot be read
  public static Idx read(InputStream stream, String place) {
    return read(stream, MAX_BYTES, place);
  }

  private static Idx read(InputStream stream, int maxBytes, String place) {
    try {
      byte[] start = stream.readNBytes(2);
      var all = new java.io.SequenceInputStream(new java.io.ByteArrayInputStream(start), stream);
      boolean zipped =
          start.length == 2 && ((start[0] & 0xff) << 8 | (start[1] & 0xff)) == GZIP_MAGIC;
      return parse(zipped ? new GZIPInputStream(all) : all, maxBytes, place);
    } catch (ZipException | java.io.EOFException e) {
      throw MerapiException.of(Kind.FORMAT, "idx: damaged gzip data").at(place).causedBy(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Idx parse(InputStream stream, int maxBytes, String place) throws IOException {
    byte[] magic = header(stream, 4, place);
    Type type =
        Type.of(magic[2])
            .filter(_ -> magic[0] == 0 && magic[1] == 0)
            .orElseThrow(() ->
                MerapiException.of(Kind.FORMAT, "idx: not an IDX file")
                    .with("magic", Arrays.toString(magic))
                    .at(place));
    int rank = magic[3];
    if (rank < 1 || rank > MAX_RANK) {
      throw MerapiException.of(Kind.FORMAT, "idx: rank out of range")
          .with("rank", rank)
          .with("allowed", "1 to " + MAX_RANK)
          .at(place);
    }
    var buffer = ByteBuffer.wrap(header(stream, rank * Integer.BYTES, place));
    int[] sizes = new int[rank];
    long count = 1;
    for (int i = 0; i < rank; i++) {
      sizes[i] = buffer.getInt();
      // Checked at each step: neither factor exceeds 31 bits, so the product cannot overflow.
      count = sizes[i] < 0 ? -1 : count * sizes[i];
      if (count < 0 || count > Integer.MAX_VALUE - 16) {
        throw MerapiException.of(Kind.FORMAT, "idx: sizes out of range")
            .with("sizes", sizes)
            .with("axis", i)
            .at(place);
      }
    }
    count *= type.bytes; // of 31 bits, at most 8 bytes each
    if (count > maxBytes) {
      throw MerapiException.of(Kind.LIMIT, "idx: more data than allowed")
          .with("sizes", sizes)
          .with("bytes", count)
          .with("allowed", maxBytes)
          .at(place)
          .hint("raise it, if the file can be trusted: Idx.read(file, maxBytes)");
    }
    byte[] values = stream.readNBytes((int) count);
    if (values.length < count || stream.read() >= 0) {
      throw MerapiException.of(Kind.FORMAT, "idx: amount of data differs from the sizes")
          .with("sizes", sizes)
          .with("expected", count)
          .with("found", values.length < count ? values.length : "more")
          .at(place);
    }
    return new Idx(type, sizes, values);
  }

  private static byte[] header(InputStream stream, int length, String place) throws IOException {
    byte[] bytes = stream.readNBytes(length);
    if (bytes.length < length) {
      throw MerapiException.of(Kind.FORMAT, "idx: ends within its header")
          .with("expected", length)
          .with("found", bytes.length)
          .at(place);
    }
    return bytes;
  }

  /// The number of rows: the outermost size.
  public int rows() {
    return sizes[0];
  }

  /// The number of elements.
  public int elements() {
    return values.length / type.bytes;
  }

  /// Bytes as numbers `0 ... 1`: each divided by 255.
  ///
  /// @throws MerapiException of kind `FORMAT` if the elements are no unsigned bytes
  public float[] toUnitFloats() {
    if (type != Type.UNSIGNED_BYTE) {
      throw wrong("the numbers of a unit are unsigned bytes", "toFloats() takes all types");
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (values[i] & 0xff) / 255f;
    }
    return floats;
  }

  /// The elements as `f32`, rounded where they have more digits.
  public float[] toFloats() {
    float[] floats = new float[elements()];
    ByteBuffer bytes = ByteBuffer.wrap(values);
    for (int i = 0; i < floats.length; i++) {
      floats[i] =
          switch (type) {
            case FLOAT -> bytes.getFloat();
            case DOUBLE -> (float) bytes.getDouble();
            case UNSIGNED_BYTE, SIGNED_BYTE, SHORT, INT -> integer(bytes);
          };
    }
    return floats;
  }

  /// The elements as integers.
  ///
  /// @throws MerapiException of kind `FORMAT` if they are floating-point numbers
  public int[] toInts() {
    if (type == Type.FLOAT || type == Type.DOUBLE) {
      throw wrong("the elements are no integers", "toFloats() takes all types");
    }
    int[] ints = new int[elements()];
    ByteBuffer bytes = ByteBuffer.wrap(values);
    for (int i = 0; i < ints.length; i++) {
      ints[i] = integer(bytes);
    }
    return ints;
  }

  private int integer(ByteBuffer bytes) {
    return switch (type) {
      case UNSIGNED_BYTE -> bytes.get() & 0xff;
      case SIGNED_BYTE -> bytes.get();
      case SHORT -> bytes.getShort();
      case INT -> bytes.getInt();
      case FLOAT, DOUBLE -> throw new IllegalStateException("not an integer: " + type);
    };
  }

  private MerapiException wrong(String what, String hint) {
    return MerapiException.of(Kind.FORMAT, "idx: " + what).with("type", type).hint(hint);
  }
}
