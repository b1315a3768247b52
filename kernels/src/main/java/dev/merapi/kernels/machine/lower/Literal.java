package dev.merapi.kernels.machine.lower;

import dev.merapi.kernels.x64.Assembler;
import dev.merapi.kernels.x64.Mem;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A constant of a vector or mask register.
final class Literal {
  private static final int MASK = 16;

  private final int elementBits;
  private final long bits;
  private final byte @Nullable [] bytes;

  private Literal(int elementBits, long bits, byte @Nullable [] bytes) {
    this.elementBits = elementBits;
    this.bits = bits;
    this.bytes = bytes;
  }

  /// The same bits in every lane.
  ///
  /// @param laneBits 32 or 64
  static Literal splat(int laneBits, long bits) {
    return new Literal(laneBits, laneBits == Integer.SIZE ? (int) bits : bits, null);
  }

  /// Sixteen bits of a mask register.
  static Literal mask(long bits) {
    return new Literal(MASK, bits & 0xffff, null);
  }

  /// A vector of these bytes.
  static Literal of(byte[] bytes) {
    return new Literal(0, 0, bytes);
  }

  /// A vector of these lanes.
  static Literal ofLanes(int laneBits, long... lanes) {
    int width = laneBits / Byte.SIZE;
    byte[] bytes = new byte[lanes.length * width];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (lanes[i / width] >>> i % width * Byte.SIZE);
    }
    return of(bytes);
  }

  /// The bits of an element that is in every lane; 0 if the lanes differ.
  int splatBits() {
    return elementBits == MASK ? 0 : elementBits;
  }

  boolean isMask() {
    return elementBits == MASK;
  }

  boolean isZero() {
    return bytes == null && bits == 0;
  }

  /// One element of a splat, or a mask, behind the code.
  Mem element(Assembler code) {
    return code.constant(little(bits, elementBits / Byte.SIZE));
  }

  /// A vector of so many bits behind the code.
  Mem whole(Assembler code, int vectorBits) {
    int size = vectorBits / Byte.SIZE;
    byte[] lanes = bytes;
    if (lanes != null) {
      return code.constant(lanes.length == size ? lanes : Arrays.copyOf(lanes, size));
    }
    byte[] element = little(bits, elementBits / Byte.SIZE);
    byte[] all = new byte[size];
    for (int i = 0; i < size; i++) {
      all[i] = element[i % element.length];
    }
    return code.constant(all);
  }

  private static byte[] little(long value, int size) {
    byte[] result = new byte[size];
    for (int i = 0; i < size; i++) {
      result[i] = (byte) (value >>> i * Byte.SIZE);
    }
    return result;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Literal literal
        && elementBits == literal.elementBits
        && bits == literal.bits
        && Arrays.equals(bytes, literal.bytes);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(bits) + 31 * elementBits + Arrays.hashCode(bytes);
  }
}
