package dev.merapi.kernels.x64;

import org.jspecify.annotations.Nullable;

/// A vector register, seen at one of its widths. Numbers above 15 and 512 bits need AVX-512.
///
/// @param number 0 to 31
/// @param bits 128, 256 or 512
public record Vec(int number, int bits) implements Operand {
  /// @throws IllegalArgumentException if there is no such register
  public Vec {
    if (number < 0 || number > 31 || bits != 128 && bits != 256 && bits != 512) {
      throw new IllegalArgumentException("vector register: number=" + number + ", bits=" + bits);
    }
  }

  public static Vec xmm(int number) {
    return new Vec(number, 128);
  }

  public static Vec ymm(int number) {
    return new Vec(number, 256);
  }

  public static Vec zmm(int number) {
    return new Vec(number, 512);
  }

  /// The lower 128 bits.
  public Vec x() {
    return new Vec(number, 128);
  }

  /// The lower 256 bits.
  public Vec y() {
    return new Vec(number, 256);
  }

  /// All 512 bits.
  public Vec z() {
    return new Vec(number, 512);
  }

  /// As a destination whose lanes outside the mask keep their values.
  public Masked merge(KReg mask) {
    return new Masked(this, mask, false);
  }

  /// As a destination whose lanes outside the mask become zero.
  public Masked zero(KReg mask) {
    return new Masked(this, mask, true);
  }

  // See Gpr.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Vec r && number == r.number && bits == r.bits;
  }

  @Override
  public int hashCode() {
    return bits << 5 | number;
  }

  @Override
  public String toString() {
    return (bits == 128 ? "xmm" : bits == 256 ? "ymm" : "zmm") + number;
  }
}
