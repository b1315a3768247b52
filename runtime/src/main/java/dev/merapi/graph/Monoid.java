package dev.merapi.graph;

/// An associative operation with a neutral element, for reductions.
///
/// `MAX` and `MIN` propagate NaN, as PyTorch's `amax` and `amin` do.
public enum Monoid {
  SUM(ScalarPrimitive.ADD, 0),
  MAX(ScalarPrimitive.MAX, Double.NEGATIVE_INFINITY),
  MIN(ScalarPrimitive.MIN, Double.POSITIVE_INFINITY);

  private final ScalarPrimitive combine;
  private final double identity;

  Monoid(ScalarPrimitive combine, double identity) {
    this.combine = combine;
    this.identity = identity;
  }

  /// The operation that joins two values.
  public ScalarPrimitive combine() {
    return combine;
  }

  /// The neutral element; for `I32` the infinities stand for the smallest and largest `int`.
  public double identity() {
    return identity;
  }

  /// The neutral element as a literal of a type.
  public Literal identity(DType type) {
    return Literal.splat(type, Shape.SCALAR, identity);
  }
}
