package dev.merapi.ops;

import static dev.merapi.ops.Terms.*;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.ScalarFn;

/// Scalar functions with numbers of their own, such as a slope or bounds.
public final class ScalarFamilies {
  private ScalarFamilies() {}

  /// `x` if positive, else `slope * x`.
  public static ScalarFn leakyRelu(double slope) {
    return ZERO.lessThan(X).select(X, X.times(num(slope)));
  }

  /// `x` if positive, else `alpha * (exp(x) - 1)` (Clevert et al., arXiv:1511.07289).
  public static ScalarFn elu(double alpha) {
    ScalarFn curve = expm1(X);
    return X.atMost(ZERO).select(alpha == 1 ? curve : num(alpha).times(curve), X);
  }

  /// `x` if positive, else `alpha * (exp(x / alpha) - 1)` (Barron, arXiv:1704.07483).
  public static ScalarFn celu(double alpha) {
    ScalarFn curve = num(alpha).times(expm1(X.over(num(alpha))));
    return alpha == 1 ? elu(1) : X.atMost(ZERO).select(curve, X);
  }

  /// `log(1 + exp(beta * x)) / beta`.
  public static ScalarFn softplus(double beta) {
    return beta == 1 ? softplusOf(X) : softplusOf(X.times(num(beta))).over(num(beta));
  }

  /// `x` held between two constants, NaN stays; the derivative at the bounds is 1, as of PyTorch's
  /// `clamp`.
  public static ScalarFn clamp(double low, double high) {
    return clampTo(X, ordered(low, high), high);
  }

  /// `x` held between two constants, NaN stays; the derivative at the bounds is 0, as of PyTorch's
  /// `hardtanh`.
  public static ScalarFn hardTanh(double low, double high) {
    return hardClamp(X, ordered(low, high), high);
  }

  private static double ordered(double low, double high) {
    if (low <= high) {
      return low;
    }
    throw MerapiException.of(Kind.ARGUMENT, "clamp: bounds are not in order")
        .with("low", low)
        .with("high", high);
  }
}
