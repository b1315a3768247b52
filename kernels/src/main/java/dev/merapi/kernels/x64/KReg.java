package dev.merapi.kernels.x64;

import org.jspecify.annotations.Nullable;

/// A mask register of AVX-512. `k0` holds values like all others, but masks nothing.
///
/// @param number 0 to 7
public record KReg(int number) implements Operand {
  /// @throws IllegalArgumentException if there is no such register
  public KReg {
    if (number < 0 || number > 7) {
      throw new IllegalArgumentException("mask register: number=" + number);
    }
  }

  public static KReg k(int number) {
    return new KReg(number);
  }

  /// As the result of a comparison, which is false outside the other mask.
  public Masked within(KReg mask) {
    return new Masked(this, mask, false);
  }

  // See Gpr.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KReg r && number == r.number;
  }

  @Override
  public int hashCode() {
    return number;
  }

  @Override
  public String toString() {
    return "k" + number;
  }
}
