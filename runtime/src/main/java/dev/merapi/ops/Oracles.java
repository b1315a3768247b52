package dev.merapi.ops;

/// The catalogue's oracles that are longer than an expression: formulas in `double` that share
/// nothing with the bodies.
final class Oracles {
  private static final double SQRT_PI = 1.7724538509055160273;

  private Oracles() {}

  /// The error function: its Taylor series near 0, the continued fraction of the complement beyond
  /// (Abramowitz and Stegun 7.1.5 and 7.1.14).
  static double erf(double x) {
    double size = StrictMath.abs(x);
    if (Double.isNaN(x)) {
      return x;
    }
    if (size > 6) {
      return StrictMath.copySign(1, x);
    }
    return size < 2.5 ? erfSeries(x) : StrictMath.copySign(1 - erfcFraction(size), x);
  }

  private static double erfSeries(double x) {
    double power = x;
    double sum = x;
    for (int n = 1; n < 100; n++) {
      power *= -x * x / n;
      sum += power / (2 * n + 1);
    }
    return 2 / SQRT_PI * sum;
  }

  /// `erfc` of at least 2.5, about 60 levels of the fraction evaluated from its end.
  private static double erfcFraction(double x) {
    double tail = x;
    for (int n = 120; n >= 1; n--) {
      tail = x + 0.5 * n / tail;
    }
    return StrictMath.exp(-x * x) / (SQRT_PI * tail);
  }

  /// The standard normal distribution's share below `x`, with full precision in the lower tail.
  static double normalShare(double x) {
    double scaled = x / StrictMath.sqrt(2);
    return scaled < -2.5 ? 0.5 * erfcFraction(-scaled) : 0.5 + 0.5 * erf(scaled);
  }

  /// C's `pow`, which has 1 where Java's has NaN.
  static double pow(double x, double y) {
    return x == 1 || (x == -1 && Double.isInfinite(y)) ? 1 : StrictMath.pow(x, y);
  }

  /// `-log(x)`, at most 100.
  static double surprise(double x) {
    return StrictMath.min(-StrictMath.log(x), 100);
  }

  static double softplus(double x) {
    return x > 700 ? x : StrictMath.log1p(StrictMath.exp(x));
  }

  static double sigmoid(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  /// `x` held in `[low, high]`; NaN stays.
  static double clamp(double x, double low, double high) {
    return StrictMath.min(StrictMath.max(x, low), high);
  }

  static double truth(boolean value) {
    return value ? 1 : 0;
  }

  /// `x` if it is positive, else `negative`; NaN stays.
  static double positiveOr(double x, double negative) {
    return x > 0 || Double.isNaN(x) ? x : negative;
  }
}
