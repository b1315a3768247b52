package dev.merapi.kernels.ir;

/// Operations on two integers. Results wrap; shifts use the low six bits of the distance, as in
/// Java.
public enum IntOp {
  ADD,
  SUB,
  MUL,
  AND,
  OR,
  XOR,
  SHL,
  /// Shifts in copies of the sign.
  SHR,
  /// Shifts in zeros.
  USHR,
  MIN,
  MAX;

  /// The result for two known operands.
  public long apply(long a, long b) {
    return switch (this) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case AND -> a & b;
      case OR -> a | b;
      case XOR -> a ^ b;
      case SHL -> a << b;
      case SHR -> a >> b;
      case USHR -> a >>> b;
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
    };
  }
}
