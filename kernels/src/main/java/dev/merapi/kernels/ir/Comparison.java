package dev.merapi.kernels.ir;

/// Comparisons, with the meaning of Java's operators: integers by their sign, and with a NaN all
/// are false but `NE`, which is true.
public enum Comparison {
  LT,
  LE,
  EQ,
  NE,
  GE,
  GT;

  /// The outcome for two integers.
  public boolean test(long a, long b) {
    return switch (this) {
      case LT -> a < b;
      case LE -> a <= b;
      case EQ -> a == b;
      case NE -> a != b;
      case GE -> a >= b;
      case GT -> a > b;
    };
  }

  /// The outcome for two floats, which as doubles are what they were.
  public boolean test(double a, double b) {
    return switch (this) {
      case LT -> a < b;
      case LE -> a <= b;
      case EQ -> a == b;
      case NE -> a != b;
      case GE -> a >= b;
      case GT -> a > b;
    };
  }
}
