package dev.merapi.kernels.ir;

/// Operations on masks of one count.
public enum MaskOp {
  AND(2),
  OR(2),
  XOR(2),
  /// `a & ~b`.
  ANDNOT(2),
  NOT(1);

  private final int arity;

  MaskOp(int arity) {
    this.arity = arity;
  }

  /// The number of operands.
  public int arity() {
    return arity;
  }
}
