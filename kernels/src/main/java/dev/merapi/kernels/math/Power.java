package dev.merapi.kernels.math;

import static dev.merapi.graph.ScalarFn.f32;
import static dev.merapi.graph.ScalarFn.fma;
import static dev.merapi.graph.ScalarFn.i32;
import static dev.merapi.kernels.math.Terms.INFINITY;
import static dev.merapi.kernels.math.Terms.NAN;
import static dev.merapi.kernels.math.Terms.ONE;
import static dev.merapi.kernels.math.Terms.X;
import static dev.merapi.kernels.math.Terms.Y;
import static dev.merapi.kernels.math.Terms.ZERO;
import static dev.merapi.kernels.math.Terms.abs;
import static dev.merapi.kernels.math.Terms.bits;
import static dev.merapi.kernels.math.Terms.fromBits;
import static dev.merapi.kernels.math.Terms.minusProduct;
import static dev.merapi.kernels.math.Terms.polynomial;
import static dev.merapi.kernels.math.Terms.shl;
import static dev.merapi.kernels.math.Terms.shr;
import static dev.merapi.kernels.math.Terms.signOf;
import static dev.merapi.kernels.math.Terms.smallToF32;
import static dev.merapi.kernels.math.Terms.ushr;
import static dev.merapi.kernels.math.Terms.withSign;

import dev.merapi.graph.ScalarFn;

/// `pow(x, y) = e^(y log |x|)`, the logarithm and the product in double-float, with the special
/// cases of C99's Annex F.
final class Power {
  /// `(e^r - 1 - r) / r^2` for `|r| <= ln 2 / 2`, within 2^-28 of e^r.
  private static final float[] CURVE = {
    0x1.fffffcp-2f, 0x1.555492p-3f, 0x1.5558aap-5f, 0x1.12396ep-7f, 0x1.6a5250p-10f
  };

  private Power() {}

  static ScalarFn pow() {
    ScalarFn base = abs(X);
    DoubleFloat log = log(base);
    // An infinite exponent becomes the largest float, so that 1^inf is 1.
    ScalarFn endless = abs(Y).equalTo(INFINITY);
    ScalarFn y = endless.select(fromBits(bits(Y).minus(i32(1))), Y);
    DoubleFloat product = DoubleFloat.product(y, log.head());
    ScalarFn power = exp(product.head(), fma(y, log.tail(), product.tail()));
    return forNegativeBase(power);
  }

  /// The logarithm of a magnitude within 2^-33, relative; ∓infinity and NaN in the head alone.
  private static DoubleFloat log(ScalarFn base) {
    ScalarFn denormal = base.lessThan(f32(Logarithms.SMALLEST_NORMAL));
    ScalarFn bits = bits(denormal.select(base.times(f32(0x1p24)), base));
    ScalarFn exponent = shr(bits.minus(i32(Logarithms.ROOT_HALF_BITS)), 23);
    ScalarFn m = fromBits(bits.minus(shl(exponent, 23)));
    ScalarFn e = smallToF32(exponent).plus(denormal.select(f32(-24), ZERO));

    DoubleFloat s = ratio(m);
    DoubleFloat twice = new DoubleFloat(s.head().plus(s.head()), s.tail().plus(s.tail()));
    DoubleFloat cubic = cubicAndHigher(s);
    DoubleFloat sum = DoubleFloat.ordered(e.times(f32(Exponentials.LN2_HEAD)), twice.head());
    DoubleFloat total = DoubleFloat.ordered(sum.head(), cubic.head());
    ScalarFn tail = sum.tail().plus(total.tail()).plus(twice.tail().plus(cubic.tail()));

    ScalarFn head = base.lessThan(INFINITY).select(total.head(), base);
    return new DoubleFloat(
        base.equalTo(ZERO).select(INFINITY.negate(), head),
        fma(e, f32(Exponentials.LN2_TAIL), tail));
  }

  /// `s = (m - 1) / (m + 1)`, so that `log m = 2 (s + s^3/3 + s^5/5 ...)` with `|s| < 0.172`.
  private static DoubleFloat ratio(ScalarFn m) {
    ScalarFn f = m.minus(ONE);
    ScalarFn d = m.plus(ONE);
    ScalarFn lost = m.minus(d.minus(ONE));
    ScalarFn reciprocal = ONE.over(d);
    ScalarFn head = f.times(reciprocal);
    ScalarFn minusHead = head.negate();
    ScalarFn rest = fma(minusHead, lost, fma(minusHead, d, f));
    return new DoubleFloat(head, rest.times(reciprocal));
  }

  /// `s^3 (2/3 + 2/5 s^2 + ...)`: its first coefficient and the products are double-float.
  private static DoubleFloat cubicAndHigher(DoubleFloat s) {
    DoubleFloat square = s.times(s);
    ScalarFn higher =
        square
            .head()
            .times(polynomial(square.head(), 0x1.999a00p-2f, 0x1.24527cp-2f, 0x1.dfa254p-3f));
    DoubleFloat factor = DoubleFloat.ordered(f32(0x1.555556p-1f), higher);
    DoubleFloat exact = new DoubleFloat(factor.head(), factor.tail().plus(f32(-0x1.555556p-26f)));
    return s.times(square).times(exact);
  }

  /// `e^(head + tail) = 2^(n/2) 2^(n/2) e^r`, each half a scale of its own, so that only the last
  /// product rounds. Beyond the limits the inner values mean nothing and are replaced.
  private static ScalarFn exp(ScalarFn head, ScalarFn tail) {
    ScalarFn magic = f32(0x1.8p23f + 2 * 127);
    ScalarFn shifted = fma(head, f32(Exponentials.LOG2_E), magic);
    ScalarFn half = ushr(bits(shifted), 1);
    ScalarFn first = fromBits(shl(half, 23));
    ScalarFn second = fromBits(shl(bits(shifted).minus(half), 23));
    ScalarFn n = shifted.minus(magic);

    ScalarFn reduced = minusProduct(head, n, Exponentials.LN2_HEAD);
    DoubleFloat r = DoubleFloat.ordered(minusProduct(reduced, n, Exponentials.LN2_TAIL), tail);
    ScalarFn curve = polynomial(r.head(), CURVE);
    ScalarFn beyondOne = r.head().plus(fma(r.head().times(r.head()), curve, r.tail()));
    ScalarFn scaled = beyondOne.plus(ONE).times(first).times(second);
    ScalarFn noUnderflow = head.lessThan(f32(-104)).select(ZERO, scaled);
    return f32(89).lessThan(head).select(INFINITY, noUnderflow);
  }

  /// The sign for odd exponents, NaN for fractions, and 1 where either operand decides it alone.
  private static ScalarFn forNegativeBase(ScalarFn power) {
    ScalarFn magnitude = abs(Y);
    ScalarFn fraction =
        magnitude
            .equalTo(Rounding.nearestOfMagnitude(magnitude))
            .or(Rounding.ALL_INTEGERS.lessThan(magnitude))
            .not();
    ScalarFn half = magnitude.times(f32(0.5));
    ScalarFn odd =
        half.equalTo(Rounding.nearestOfMagnitude(half))
            .or(f32(0x1p24).atMost(magnitude))
            .or(fraction)
            .not();
    ScalarFn signed = withSign(power, odd.select(signOf(X), i32(0)));
    ScalarFn undefined = fraction.and(X.lessThan(ZERO)).and(INFINITY.negate().lessThan(X));
    ScalarFn decided = X.equalTo(ONE).or(Y.equalTo(ZERO));
    return decided.select(ONE, undefined.select(NAN, signed));
  }
}
