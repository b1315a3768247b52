package dev.merapi.kernels.ir;

/// The types that fit a general register.
public enum Word implements Type {
  /// Two's complement 64-bit integer: a counter, an extent, a byte offset.
  INTEGER("int", "i"),
  /// An address. A pointer plus an integer is a pointer.
  POINTER("ptr", "p"),
  /// True or false, the outcome of a comparison of integers or of a test of a mask.
  CONDITION("cond", "c");

  private final String text;
  private final String letter;

  Word(String text, String letter) {
    this.text = text;
    this.letter = letter;
  }

  @Override
  public String letter() {
    return letter;
  }

  @Override
  public String toString() {
    return text;
  }
}
