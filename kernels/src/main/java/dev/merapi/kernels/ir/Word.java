package dev.merapi.kernels.ir;

/// The types that fit a general register.
public enum Word implements Type {
  /// Two's complement 64-bit integer: a counter, an extent, a byte offset.
  INTEGER("int"),
  /// An address. A pointer plus an integer is a pointer.
  POINTER("ptr"),
  /// True or false, the outcome of a comparison of integers or of a test of a mask.
  CONDITION("cond");

  private final String text;

  Word(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
