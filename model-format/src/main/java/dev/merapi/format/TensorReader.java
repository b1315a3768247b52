package dev.merapi.format;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;

/// Reads the elements of stored tensors into memory, a piece at a time.
final class TensorReader {
  private static final int PIECE = 1 << 16;
  private static final ValueLayout.OfInt STORED =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt NATIVE = ValueLayout.JAVA_INT;

  private final SeekableByteChannel file;
  private final long start;
  private final ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);

  private long hashed;

  /// @param start where data begins
  TensorReader(SeekableByteChannel file, long start) {
    this.file = file;
    this.start = start;
  }

  /// Reads a tensor.
  ///
  /// @param into four bytes an element
  /// @return the SHA-256 of its bytes in the file
  /// @throws MerapiException of kind `FORMAT` if an element is not one of the type
  byte[] read(StoredTensor tensor, DType type, MemorySegment into) throws IOException {
    if (!tensor.type().convertsTo(type)) {
      throw MerapiException.of(Kind.FORMAT, "safetensors: a tensor has another element type")
          .with("tensor", tensor.name())
          .with("type", tensor.type())
          .with("wanted", type);
    }
    file.position(start + tensor.begin());
    long left = tensor.end() - tensor.begin();
    hashed += left;
    Hash digest = Sha256.of(hashed);
    long index = 0;
    while (left > 0) {
      piece.clear().limit((int) Math.min(PIECE, left));
      while (piece.hasRemaining()) {
        if (file.read(piece) < 0) {
          throw MerapiException.of(Kind.FORMAT, "safetensors: the file became shorter");
        }
      }
      digest.update(piece.array(), 0, piece.flip().limit());
      left -= piece.limit();
      index = convert(tensor, type, into, index);
    }
    return digest.digest();
  }

  /// Converts what the piece holds; returns the index behind.
  private long convert(StoredTensor tensor, DType type, MemorySegment into, long index) {
    int count = piece.limit() / tensor.type().bytes();
    if (tensor.type().stores(type) && type != DType.BOOL) {
      var source = MemorySegment.ofArray(piece.array());
      MemorySegment.copy(source, STORED, 0, into, NATIVE, index * Integer.BYTES, count);
      return index + count;
    }
    for (int i = 0; i < count; i++) {
      double number = tensor.type().number(piece);
      into.setAtIndex(NATIVE, index + i, bits(tensor, type, number, index + i));
    }
    return index + count;
  }

  private static int bits(StoredTensor tensor, DType type, double number, long index) {
    boolean fits =
        switch (type) {
          case F32 -> Double.isInfinite(number) || !Float.isInfinite((float) number);
          case I32 -> number == (int) number;
          case BOOL -> number == 0 || number == 1;
        };
    if (!fits) {
      throw MerapiException.of(Kind.FORMAT, "safetensors: an element is out of range")
          .with("tensor", tensor.name())
          .with("index", index)
          .with("value", number)
          .with("wanted", type);
    }
    return type == DType.F32 ? Float.floatToRawIntBits((float) number) : (int) number;
  }
}
