package dev.merapi.kernels.x64;

import org.jspecify.annotations.Nullable;

/// A general register, seen at one of its widths. A write of 32 bits clears the upper half; `ah`
/// and its like do not exist here.
///
/// @param number 0 to 15
/// @param bits 8, 16, 32 or 64
public record Gpr(int number, int bits) implements Operand {
  public static final Gpr RAX = new Gpr(0, 64);
  public static final Gpr RCX = new Gpr(1, 64);
  public static final Gpr RDX = new Gpr(2, 64);
  public static final Gpr RBX = new Gpr(3, 64);
  public static final Gpr RSP = new Gpr(4, 64);
  public static final Gpr RBP = new Gpr(5, 64);
  public static final Gpr RSI = new Gpr(6, 64);
  public static final Gpr RDI = new Gpr(7, 64);
  public static final Gpr R8 = new Gpr(8, 64);
  public static final Gpr R9 = new Gpr(9, 64);
  public static final Gpr R10 = new Gpr(10, 64);
  public static final Gpr R11 = new Gpr(11, 64);
  public static final Gpr R12 = new Gpr(12, 64);
  public static final Gpr R13 = new Gpr(13, 64);
  public static final Gpr R14 = new Gpr(14, 64);
  public static final Gpr R15 = new Gpr(15, 64);

  private static final String LETTERS = "axcxdxbxspbpsidi";

  /// @throws IllegalArgumentException if there is no such register
  public Gpr {
    if (number < 0 || number > 15 || bits != 8 && bits != 16 && bits != 32 && bits != 64) {
      throw new IllegalArgumentException("register: number=" + number + ", bits=" + bits);
    }
  }

  /// The whole register of a number.
  public static Gpr of(int number) {
    return new Gpr(number, 64);
  }

  /// All 64 bits.
  public Gpr q() {
    return new Gpr(number, 64);
  }

  /// The lower 32 bits.
  public Gpr d() {
    return new Gpr(number, 32);
  }

  /// The lower 16 bits.
  public Gpr w() {
    return new Gpr(number, 16);
  }

  /// The lowest 8 bits.
  public Gpr b() {
    return new Gpr(number, 8);
  }

  /// Whether only a REX prefix distinguishes it from `ah` to `bh`.
  boolean needsRex() {
    return bits == 8 && number >= 4;
  }

  // Written out, as those of records are linked when they are first used, which takes 20 ms.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Gpr r && number == r.number && bits == r.bits;
  }

  @Override
  public int hashCode() {
    return bits << 5 | number;
  }

  @Override
  public String toString() {
    if (number >= 8) {
      return "r" + number + (bits == 8 ? "b" : bits == 16 ? "w" : bits == 32 ? "d" : "");
    }
    String name = LETTERS.substring(2 * number, 2 * number + 2);
    return switch (bits) {
      case 8 -> (number < 4 ? name.substring(0, 1) : name) + "l";
      case 16 -> name;
      case 32 -> "e" + name;
      default -> "r" + name;
    };
  }
}
