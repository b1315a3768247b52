package dev.merapi.kernels.ir.random;

import dev.merapi.kernels.ir.IntOp;

/// What is known of an integer: it lies between two numbers, both included.
record Bounds(long low, long high) {
  static final Bounds ANY = new Bounds(Long.MIN_VALUE, Long.MAX_VALUE);
  private static final long LARGE = 1L << 40;

  static Bounds of(long number) {
    return new Bounds(number, number);
  }

  /// Whether arithmetic on it cannot overflow.
  boolean isSmall() {
    return low >= -LARGE && high <= LARGE;
  }

  boolean isExact() {
    return low == high;
  }

  Bounds plus(Bounds other) {
    return apply(IntOp.ADD, this, other);
  }

  Bounds times(long factor) {
    return apply(IntOp.MUL, this, of(factor));
  }

  Bounds join(Bounds other) {
    return new Bounds(Math.min(low, other.low), Math.max(high, other.high));
  }

  static Bounds apply(IntOp op, Bounds a, Bounds b) {
    boolean small = a.isSmall() && b.isSmall();
    return switch (op) {
      case MIN -> new Bounds(Math.min(a.low, b.low), Math.min(a.high, b.high));
      case MAX -> new Bounds(Math.max(a.low, b.low), Math.max(a.high, b.high));
      case ADD -> small ? new Bounds(a.low + b.low, a.high + b.high) : ANY;
      case SUB -> small ? new Bounds(a.low - b.high, a.high - b.low) : ANY;
      case MUL -> small ? product(a, b) : ANY;
      case AND -> b.low >= 0 ? new Bounds(0, b.high) : a.low >= 0 ? new Bounds(0, a.high) : ANY;
      case SHR -> isDistance(b) ? new Bounds(a.low >> b.low, a.high >> b.low) : ANY;
      case SHL -> small && isDistance(b) && b.low < 8 ? product(a, of(1L << b.low)) : ANY;
      case OR, XOR, USHR -> ANY;
    };
  }

  private static boolean isDistance(Bounds b) {
    return b.isExact() && b.low >= 0 && b.low < Long.SIZE;
  }

  private static Bounds product(Bounds a, Bounds b) {
    if (Math.max(Math.abs(a.low), Math.abs(a.high)) > 1 << 20
        || Math.max(Math.abs(b.low), Math.abs(b.high)) > 1 << 20) {
      return ANY;
    }
    Bounds x = of(a.low * b.low).join(of(a.low * b.high));
    return x.join(of(a.high * b.low)).join(of(a.high * b.high));
  }
}
