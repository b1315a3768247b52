package dev.merapi.kernels.math;

import static dev.merapi.graph.ScalarFn.fma;

import dev.merapi.graph.ScalarFn;

/// An unevaluated sum of two floats: about 48 bits of significand. Dekker, "A floating-point
/// technique for extending the available precision", 1971.
///
/// @param head the sum rounded to a float, or nearly so
/// @param tail what the head lacks
record DoubleFloat(ScalarFn head, ScalarFn tail) {
  /// `a + b` exactly, whichever is larger (Knuth's six operations).
  static DoubleFloat sum(ScalarFn a, ScalarFn b) {
    ScalarFn sum = a.plus(b);
    ScalarFn fromB = sum.minus(a);
    ScalarFn fromA = sum.minus(fromB);
    return new DoubleFloat(sum, a.minus(fromA).plus(b.minus(fromB)));
  }

  /// `large + small` exactly, where the first has the larger exponent or is zero.
  static DoubleFloat ordered(ScalarFn large, ScalarFn small) {
    ScalarFn sum = large.plus(small);
    return new DoubleFloat(sum, small.minus(sum.minus(large)));
  }

  /// `a * b` exactly, unless it under- or overflows.
  static DoubleFloat product(ScalarFn a, ScalarFn b) {
    ScalarFn product = a.times(b);
    return new DoubleFloat(product, fma(a, b, product.negate()));
  }

  /// This times another, the product of the tails left out.
  DoubleFloat times(DoubleFloat other) {
    DoubleFloat heads = product(head, other.head);
    ScalarFn cross = fma(head, other.tail, tail.times(other.head));
    return new DoubleFloat(heads.head, heads.tail.plus(cross));
  }
}
