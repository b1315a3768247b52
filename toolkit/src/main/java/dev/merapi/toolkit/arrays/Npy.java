package dev.merapi.toolkit.arrays;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.Tensor;
import dev.merapi.graph.DType;
import dev.merapi.graph.Literal;
import dev.merapi.toolkit.arrays.NpyHeader.Order;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// NumPy's `.npy` files, versions 1 to 3: one array each.
///
/// Floats of 16 to 64 bits become `f32`, integers of 8 to 64 bits `i32`, `bool` stays; a number
/// that does not fit is an error. Both byte orders and both orders of elements are read. The reader
/// trusts nothing of the header: memory grows with the data that is really there.
///
/// Format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /// The header of an array of numbers is far shorter.
  private static final int MAX_HEADER = 1 << 16;

  /// Headers are padded so that the data starts at a multiple of this.
  private static final int ALIGNMENT = 64;

  private static final int CHUNK = 1 << 16;

  private Npy() {}

  /// Reads a file.
  ///
  /// @throws MerapiException of kind `FORMAT` if it is no array of numbers
  /// @throws UncheckedIOException if it cannot be read
  public static Tensor read(Path file) {
    try (InputStream stream = new BufferedInputStream(Files.newInputStream(file))) {
      return read(stream, file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads a stream to its end.
  ///
  /// @param place what messages call it
  /// @throws MerapiException of kind `FORMAT` if it is no array of numbers
  /// @throws UncheckedIOException if it cannot be read
  public static Tensor read(InputStream stream, String place) {
    try {
      return parse(stream, Long.MAX_VALUE);
    } catch (MerapiException e) {
      throw within(e, place);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The exception, which happened within a larger place.
  static MerapiException within(MerapiException e, String place) {
    return e.at(e.place().isEmpty() ? place : place + ", " + e.place());
  }

  /// @param most the bytes that the tensor may take
  static Tensor parse(InputStream stream, long most) throws IOException {
    byte[] start = exactly(stream, MAGIC.length + 2);
    if (!Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw MerapiException.of(Kind.FORMAT, "npy: not a .npy file");
    }
    int version = start[MAGIC.length];
    int minor = start[MAGIC.length + 1];
    if (version < 1 || version > 3 || minor != 0) {
      throw MerapiException.of(Kind.FORMAT, "npy: version cannot be read")
          .with("version", version + "." + minor);
    }
    int length = headerLength(exactly(stream, version == 1 ? Short.BYTES : Integer.BYTES));
    var text = new String(exactly(stream, length), StandardCharsets.UTF_8);
    NpyHeader header = NpyHeader.parse(text);
    long bytes = (long) header.elements() * Integer.BYTES;
    if (bytes > most) {
      throw MerapiException.of(Kind.LIMIT, "npy: more data than allowed")
          .with("sizes", header.sizes())
          .with("bytes", bytes)
          .with("allowed", most);
    }
    int[] bits = data(stream, header);
    return Tensor.of(Literal.ofBits(header.type(), rowMajor(bits, header)));
  }

  private static int headerLength(byte[] field) {
    var buffer = ByteBuffer.wrap(field).order(ByteOrder.LITTLE_ENDIAN);
    int length = field.length == Short.BYTES ? buffer.getShort() & 0xffff : buffer.getInt();
    if (length < 0 || length > MAX_HEADER) {
      throw MerapiException.of(Kind.FORMAT, "npy: header is too long")
          .with("length", Integer.toUnsignedString(length))
          .with("limit", MAX_HEADER);
    }
    return length;
  }

  private static byte[] exactly(InputStream stream, int length) throws IOException {
    byte[] bytes = stream.readNBytes(length);
    if (bytes.length < length) {
      throw MerapiException.of(Kind.FORMAT, "npy: ends within its header")
          .with("expected", length)
          .with("found", bytes.length);
    }
    return bytes;
  }

  private static int[] data(InputStream stream, NpyHeader header) throws IOException {
    int count = header.elements();
    int size = header.element().bytes();
    int[] bits = new int[Math.min(count, CHUNK)];
    byte[] chunk = new byte[(int) Math.min(CHUNK, header.bytes())];
    var buffer = ByteBuffer.wrap(chunk).order(header.byteOrder());
    for (int done = 0; done < count; ) {
      int wanted = Math.min(chunk.length / size, count - done);
      int found = stream.readNBytes(chunk, 0, wanted * size);
      if (found < wanted * size) {
        throw MerapiException.of(Kind.FORMAT, "npy: ends within its data")
            .with("sizes", header.sizes())
            .with("expected", header.bytes())
            .with("found", (long) done * size + found);
      }
      if (bits.length < done + wanted) {
        bits = Arrays.copyOf(bits, (int) Math.min(2L * bits.length, count));
      }
      buffer.clear();
      for (int i = done; i < done + wanted; i++) {
        bits[i] = decode(header.element(), buffer, i);
      }
      done += wanted;
    }
    if (stream.read() >= 0) {
      throw MerapiException.of(Kind.FORMAT, "npy: something follows the data")
          .with("sizes", header.sizes());
    }
    return bits;
  }

  private static int decode(NpyElement element, ByteBuffer buffer, int index) {
    try {
      return element.decode(buffer);
    } catch (MerapiException e) {
      throw e.at("element " + index);
    }
  }

  /// Brings elements of which the first index changes fastest into the order of which the last
  /// does.
  private static int[] rowMajor(int[] bits, NpyHeader header) {
    int rank = header.sizes().size();
    if (header.order() == Order.C || rank < 2) {
      return bits;
    }
    int[] strides = new int[rank];
    int stride = 1;
    for (int axis = 0; axis < rank; axis++) {
      strides[axis] = stride;
      stride *= header.sizes().get(axis).intValue();
    }
    int[] ordered = new int[bits.length];
    int[] position = new int[rank];
    int from = 0;
    for (int i = 0; i < ordered.length; i++) {
      ordered[i] = bits[from];
      int axis = rank - 1;
      for (; axis >= 0 && ++position[axis] == header.sizes().get(axis); axis--) {
        from -= (position[axis] - 1) * strides[axis];
        position[axis] = 0;
      }
      from += axis < 0 ? 0 : strides[axis];
    }
    return ordered;
  }

  /// Writes a file of version 1: `<f4`, `<i4` or `|b1`, the last index changing fastest.
  ///
  /// @throws MerapiException of kind `TRACE` while the model is traced
  /// @throws UncheckedIOException if it cannot be written
  public static void write(Path file, Tensor tensor) {
    try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(file))) {
      write(stream, tensor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes to a stream, as [#write(Path, Tensor)]. The caller closes it.
  public static void write(OutputStream stream, Tensor tensor) {
    try {
      emit(stream, tensor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void emit(OutputStream stream, Tensor tensor) throws IOException {
    boolean floats = tensor.dtype() == DType.F32;
    float[] numbers = floats ? tensor.toFloats() : new float[0];
    int[] integers = floats ? new int[0] : tensor.toInts();
    stream.write(head(NpyHeader.of(tensor.type())));
    int count = floats ? numbers.length : integers.length;
    boolean truth = tensor.dtype() == DType.BOOL;
    var buffer = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      if (buffer.remaining() < Integer.BYTES) {
        stream.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
      if (truth) {
        buffer.put((byte) integers[i]);
      } else {
        buffer.putInt(floats ? Float.floatToRawIntBits(numbers[i]) : integers[i]);
      }
    }
    stream.write(buffer.array(), 0, buffer.position());
  }

  private static byte[] head(NpyHeader header) {
    byte[] text = header.text().getBytes(StandardCharsets.US_ASCII);
    int before = MAGIC.length + 2 + Short.BYTES;
    int bytes = (before + text.length + 1) / ALIGNMENT * ALIGNMENT + ALIGNMENT;
    var head = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    head.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (bytes - before)).put(text);
    while (head.remaining() > 1) {
      head.put((byte) ' ');
    }
    return head.put((byte) '\n').array();
  }
}
