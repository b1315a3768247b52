package dev.merapi.format;

import dev.merapi.graph.DType;
import dev.merapi.memory.HostTensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.security.MessageDigest;

/// Writes the elements of tensors, a piece at a time.
final class TensorWriter {
  private static final int PIECE = 1 << 16;
  private static final ValueLayout.OfInt STORED =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt NATIVE = ValueLayout.JAVA_INT;

  private final SeekableByteChannel file;
  private final ByteBuffer piece = ByteBuffer.allocate(PIECE);
  private final MessageDigest digest = Sha256.digest();

  TensorWriter(SeekableByteChannel file) {
    this.file = file;
  }

  /// Writes a tensor where the file stands, and returns the SHA-256 of its bytes there.
  byte[] write(HostTensor tensor) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(tensor.type().bytes(), Integer.BYTES);
      tensor.copyTo(copy);
      boolean bytes = tensor.type().dtype() == DType.BOOL;
      int most = bytes ? PIECE : PIECE / Integer.BYTES;
      for (long index = 0; index < tensor.elements(); index += most) {
        int count = (int) Math.min(most, tensor.elements() - index);
        piece.clear();
        if (bytes) {
          for (int i = 0; i < count; i++) {
            piece.put((byte) copy.getAtIndex(NATIVE, index + i));
          }
        } else {
          var target = MemorySegment.ofArray(piece.array());
          MemorySegment.copy(copy, NATIVE, index * Integer.BYTES, target, STORED, 0, count);
          piece.position(count * Integer.BYTES);
        }
        digest.update(piece.flip());
        writeFully(file, piece.rewind());
      }
      return digest.digest();
    }
  }

  static void writeFully(SeekableByteChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }
}
