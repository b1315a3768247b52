package dev.merapi.reference;

/// The error function in double, accurate to about 1e-15 relative.
final class Erf {
  private static final double TWO_OVER_ROOT_PI = 1.1283791670955126;

  private Erf() {}

  static double of(double x) {
    double size = Math.abs(x);
    if (Double.isNaN(x) || size < 1e-150) { // squares would underflow
      return x * TWO_OVER_ROOT_PI;
    }
    double value = size < 3 ? series(size) : 1 - complement(Math.min(size, 30));
    return Math.copySign(value, x);
  }

  /// `2/sqrt(pi) exp(-x^2) sum over n of 2^n x^(2n+1) / (1*3*...*(2n+1))`: all terms are positive,
  /// nothing cancels. Abramowitz and Stegun 7.1.6.
  private static double series(double x) {
    double square = x * x;
    double term = x;
    double sum = x;
    for (int n = 1; term > sum * 0x1p-60; n++) {
      term *= 2 * square / (2 * n + 1);
      sum += term;
    }
    return TWO_OVER_ROOT_PI * expOfMinusSquare(x) * sum;
  }

  /// `erfc(x)` by its continued fraction, evaluated from the back. Abramowitz and Stegun 7.1.14.
  private static double complement(double x) {
    double tail = x;
    for (int n = 60; n >= 1; n--) {
      tail = x + n / 2.0 / tail;
    }
    return expOfMinusSquare(x) / (tail * Math.sqrt(Math.PI));
  }

  /// The rounding error of the square would be magnified by its size, so it is put back.
  private static double expOfMinusSquare(double x) {
    double square = x * x;
    return StrictMath.exp(-square) * (1 - Math.fma(x, x, -square));
  }
}
