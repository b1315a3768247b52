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
    put(value, 1);
  }

  /// @param width bytes, 1 to 8
  void put(long value, int width) {
    if (size + width > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    long rest = value;
    for (int i = 0; i < width; i++) {
      bytes[size++] = (byte) rest;
      rest >>>= 8;
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
