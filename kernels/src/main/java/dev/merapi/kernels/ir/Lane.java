package dev.merapi.kernels.ir;

/// The types of lanes.
public enum Lane {
  /// IEEE 754 binary32.
  F32("f32", 4, true),
  /// IEEE 754 binary64.
  F64("f64", 8, true),
  /// Two's complement 32-bit integer.
  I32("i32", 4, false),
  /// Two's complement 64-bit integer.
  I64("i64", 8, false);

  private final String text;
  private final int bytes;
  private final boolean real;

  Lane(String text, int bytes, boolean real) {
    this.text = text;
    this.bytes = bytes;
    this.real = real;
  }

  public int bytes() {
    return bytes;
  }

  /// Bits of a lane, which are also the modulus of shift distances.
  public int bits() {
    return bytes * Byte.SIZE;
  }

  public boolean isFloat() {
    return real;
  }

  /// The lane type of the same size on the other side of the bits.
  public Lane reinterpreted() {
    return switch (this) {
      case F32 -> I32;
      case I32 -> F32;
      case F64 -> I64;
      case I64 -> F64;
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
