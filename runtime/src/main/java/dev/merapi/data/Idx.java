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
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// The IDX files of MNIST and its kin, plain or gzip: unsigned bytes in any number of dimensions.
///
/// The header is `0, 0, 8 (unsigned byte), rank`, then one big-endian size each. The reader trusts
/// nothing of it: memory grows with the data that is really there, never with what the header says.
/// A packed megabyte may unpack to a gigabyte, so there is a limit on the bytes, too; nothing is
/// unpacked beyond what the header says.
///
/// @param sizes outermost first
/// @param values one byte an element, row-major
public record Idx(int[] sizes, byte[] values) {
  /// The bytes of data that there may be unless another limit is given: 1 GiB.
  public static final int MAX_BYTES = 1 << 30;

  private static final int UNSIGNED_BYTE = 8;
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
    if (magic[0] != 0 || magic[1] != 0 || magic[2] != UNSIGNED_BYTE) {
      throw MerapiException.of(Kind.FORMAT, "idx: not an IDX file of unsigned bytes")
          .with("magic", Arrays.toString(magic))
          .at(place);
    }
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
    return new Idx(sizes, values);
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

  /// The elements as numbers `0 ... 1`: each byte divided by 255.
  public float[] toUnitFloats() {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (values[i] & 0xff) / 255f;
    }
    return floats;
  }

  /// The elements as numbers `0 ... 255`.
  public int[] toInts() {
    int[] ints = new int[values.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = values[i] & 0xff;
    }
    return ints;
  }
}
