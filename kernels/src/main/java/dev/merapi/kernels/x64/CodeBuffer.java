package dev.merapi.kernels.x64;

import java.util.Arrays;

/// Bytes that grow at the end, little endian.
final class CodeBuffer {
  private static final int FIRST = 1024;

  private byte[] bytes = new byte[FIRST];
  private int size;

  int size() {
    return size;
  }

  void put8(int value) {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * size);
    }
    bytes[size++] = (byte) value;
  }

  /// @param width bytes, 1 to 8
  void put(long value, int width) {
    for (int i = 0; i < width; i++) {
      put8((int) (value >>> 8 * i));
    }
  }

  void put(byte[] values) {
    for (byte value : values) {
      put8(value);
    }
  }

  /// Writes over four bytes.
  void patch32(int at, int value) {
    for (int i = 0; i < Integer.BYTES; i++) {
      bytes[at + i] = (byte) (value >>> 8 * i);
    }
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }
}
