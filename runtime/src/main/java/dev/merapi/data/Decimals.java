package dev.merapi.data;

import java.nio.charset.StandardCharsets;

/// Decimal numbers in bytes of text.
final class Decimals {
  /// Above this not every integer is an `f32`.
  private static final int MAX_EXACT = 1 << Float.PRECISION - 1;

  /// The powers of ten that are exact in `f32`.
  private static final float[] POWERS = {
    1, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f, 1e9f, 1e10f
  };

  private Decimals() {}

  /// The nearest `f32` to a number `-12.5e-3`.
  ///
  /// @param mark what stands before the decimals
  /// @return NaN if the text is something else, infinite if the number is too large
  static float parse(byte[] text, int from, int to, char mark) {
    int at = from;
    boolean negative = at < to && text[at] == '-';
    if (at < to && (text[at] == '-' || text[at] == '+')) {
      at++;
    }
    int mantissa = 0;
    int digits = 0;
    int decimals = 0;
    boolean point = false;
    boolean exact = true;
    for (; at < to; at++) {
      int digit = text[at] - '0';
      if (digit >= 0 && digit <= 9) {
        exact &= mantissa <= (MAX_EXACT - 9) / 10;
        mantissa = exact ? 10 * mantissa + digit : mantissa;
        digits++;
        decimals += point ? 1 : 0;
      } else if (text[at] == mark && !point) {
        point = true;
      } else {
        break;
      }
    }
    if (digits == 0 || at < to && !isExponent(text, at, to)) {
      return Float.NaN;
    }
    if (at < to || !exact || decimals >= POWERS.length) {
      String number = new String(text, from, to - from, StandardCharsets.ISO_8859_1);
      return Float.parseFloat(number.replace(mark, '.'));
    }
    // Both are exact, so the one rounding of the division gives the nearest number.
    float value = mantissa / POWERS[decimals];
    return negative ? -value : value;
  }

  private static boolean isExponent(byte[] text, int start, int to) {
    int at = start + 1;
    if (text[start] != 'e' && text[start] != 'E') {
      return false;
    }
    if (at < to && (text[at] == '-' || text[at] == '+')) {
      at++;
    }
    int first = at;
    while (at < to && text[at] >= '0' && text[at] <= '9') {
      at++;
    }
    return at > first && at == to;
  }
}
