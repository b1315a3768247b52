package dev.merapi.kernels.math;

/// `erf` in double within about 1e-15: Kummer's form of the series, whose terms are all positive.
///
/// `erf x = 2/sqrt(pi) e^(-x^2) (x + 2 x^3/3 + 4 x^5/15 + ...)`, Abramowitz and Stegun 7.1.6.
final class ErfOracle {
  private static final double FROM_HERE_ONE = 6; // 1 - erf(6) is 2e-17

  private ErfOracle() {}

  static double erf(double x) {
    if (Math.abs(x) >= FROM_HERE_ONE) {
      return Math.copySign(1, x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > Math.abs(sum) * 0x1p-55; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * StrictMath.exp(-x * x) * sum;
  }
}
