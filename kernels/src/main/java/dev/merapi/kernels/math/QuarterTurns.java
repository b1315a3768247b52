package dev.merapi.kernels.math;

import static dev.merapi.graph.ScalarFn.apply;
import static dev.merapi.graph.ScalarFn.f32;
import static dev.merapi.graph.ScalarFn.fma;
import static dev.merapi.graph.ScalarFn.i32;
import static dev.merapi.kernels.math.Terms.abs;
import static dev.merapi.kernels.math.Terms.bits;
import static dev.merapi.kernels.math.Terms.shl;
import static dev.merapi.kernels.math.Terms.shr;
import static dev.merapi.kernels.math.Terms.toF32;
import static dev.merapi.kernels.math.Terms.ushr;

import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;

/// `|x|` as quarter turns and a rest: Payne and Hanek's reduction ("Radian reduction for
/// trigonometric functions", 1983) for every finite float, without a branch or a table look-up.
///
/// With `|x| = m 2^(E-23)`, whole turns fall away when only the bits of `1/(2 pi)` from `2^-(E-22)`
/// on are multiplied by `m`: 80 bits of it leave 55 after the point, and no float comes closer to a
/// multiple of a quarter turn than 2^-32 turns.
///
/// @param quadrant the number of quarter turns; only its two low bits count
/// @param angle the rest in radians, at most pi/4 in magnitude
record QuarterTurns(ScalarFn quadrant, ScalarFn angle) {
  /// 24 zeros (for `E = -1`), then the bits of 1/(2 pi).
  private static final int[] PERIODS = {
    0x00000028, 0xbe60db93, 0x91054a7f, 0x09d5f47d, 0x4d377036, 0xd8a5664f, 0x10e4107f
  };

  /// Radians in 2^-32 of a turn, and what that float lacks.
  private static final float UNIT = 0x1.921fb6p-30f;

  private static final float UNIT_TAIL = -0x1.777a5cp-55f;

  static QuarterTurns of(ScalarFn x) {
    ScalarFn magnitude = abs(x);
    ScalarFn small = magnitude.atMost(f32(Math.PI / 4));
    QuarterTurns large = reduce(magnitude);
    return new QuarterTurns(
        small.select(i32(0), large.quadrant), small.select(magnitude, large.angle));
  }

  /// For magnitudes from 1/2 on.
  private static QuarterTurns reduce(ScalarFn magnitude) {
    ScalarFn bits = bits(magnitude);
    ScalarFn place = ushr(bits, 23).minus(i32(126));
    // Place 128 would need an eighth word: there the significand is doubled instead.
    ScalarFn top = ushr(place, 7);
    ScalarFn offset = place.minus(top);
    ScalarFn significand = bits.and(i32(0x007fffff)).or(i32(0x00800000));
    ScalarFn m = apply(ScalarPrimitive.SHL, significand, top);

    ScalarFn[] window = window(offset);
    ScalarFn product = m.times(window[0]); // in 2^-32 turns; whole turns overflow
    ScalarFn quadrant = shr(product.plus(i32(1 << 29)), 30);
    ScalarFn rest = product.minus(shl(quadrant, 30));

    // The 48 bits that follow, times m: up to 2^25 of these units.
    ScalarFn factor = toF32(m);
    ScalarFn next = toF32(ushr(window[1], 8)).times(f32(0x1p-24));
    ScalarFn last =
        toF32(shl(window[1].and(i32(0xff)), 16).or(ushr(window[2], 16))).times(f32(0x1p-48));
    ScalarFn p = factor.times(next);
    ScalarFn tail = fma(factor, last, fma(factor, next, p.negate()));

    DoubleFloat high = DoubleFloat.sum(toF32(rest.and(i32(~0x7f))), p);
    DoubleFloat sum = DoubleFloat.sum(high.head(), toF32(rest.and(i32(0x7f))));
    ScalarFn angle = radians(sum.head(), sum.tail().plus(high.tail()).plus(tail));
    return new QuarterTurns(quadrant, angle.plus(magnitude.minus(magnitude))); // NaN for inf
  }

  /// Three words of the bits of 1/(2 pi) from that offset (0 to 127) on.
  private static ScalarFn[] window(ScalarFn offset) {
    ScalarFn far = i32(63).lessThan(offset);
    ScalarFn even = offset.and(i32(32)).equalTo(i32(0));
    ScalarFn[] pair = new ScalarFn[5];
    for (int i = 0; i < pair.length; i++) {
      pair[i] = far.select(i32(PERIODS[i + 2]), i32(PERIODS[i]));
    }
    ScalarFn[] word = new ScalarFn[4];
    for (int i = 0; i < word.length; i++) {
      word[i] = even.select(pair[i], pair[i + 1]);
    }
    ScalarFn opposite = offset.not(); // 31 - offset, in the five bits that shifts use
    ScalarFn[] window = new ScalarFn[3];
    for (int i = 0; i < window.length; i++) {
      ScalarFn right = apply(ScalarPrimitive.USHR, ushr(word[i + 1], 1), opposite);
      window[i] = apply(ScalarPrimitive.SHL, word[i], offset).or(right);
    }
    return window;
  }

  /// `(head + tail) * unit`, rounded about once.
  private static ScalarFn radians(ScalarFn head, ScalarFn tail) {
    ScalarFn angle = head.times(f32(UNIT));
    ScalarFn error = fma(head, f32(UNIT), angle.negate());
    ScalarFn rest = fma(head, f32(UNIT_TAIL), fma(tail, f32(UNIT), error));
    return angle.plus(rest);
  }
}
