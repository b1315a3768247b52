package dev.merapi.kernels.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FmaTest {
  private static final int CASES = 3_000_000;
  private static final int NEAR = 64;

  @Test
  void doublesGiveTheBitsOfMathFma() {
    compare(CASES, 1);
  }

  /// Random bits, and cases whose sum nearly cancels, lies near a tie, overflows or is subnormal.
  static void compare(long cases, long seed) {
    Random random = new Random(seed);
    for (long i = 0; i < cases; i++) {
      float a = Float.intBitsToFloat(random.nextInt());
      float b = Float.intBitsToFloat(random.nextInt());
      float c = Float.intBitsToFloat(random.nextInt());
      switch ((int) (i & 7)) {
        case 0 -> {}
        case 1 -> c = near(-(a * b), random);
        case 2 -> {
          a = small(random);
          b = small(random);
          c = near(a * b, random);
        }
        case 3 -> { // a product far below half a unit of the sum, on either side of a tie
          a = 1 + random.nextInt(1 << 12) * 0x1p-23f;
          b = Math.scalb(1 + random.nextInt(1 << 12) * 0x1p-23f, -24 - random.nextInt(40));
          c = random.nextBoolean() ? 1 + random.nextInt(1 << 23) * 0x1p-23f : -1;
        }
        case 4 -> {
          a = Float.intBitsToFloat(random.nextInt(1 << 25));
          b = small(random);
          c = Float.intBitsToFloat(random.nextInt(1 << 25) | random.nextInt() & 1 << 31);
        }
        case 5 -> {
          b = Float.MAX_VALUE / a;
          c = near(random.nextBoolean() ? Float.MAX_VALUE : Float.MAX_VALUE * 0x1p-24f, random);
        }
        case 6 -> {
          a = special(random);
          b = special(random);
          c = special(random);
        }
        default -> {
          b = Float.MIN_VALUE * (1 + random.nextInt(9)) / a;
          c = Float.intBitsToFloat(random.nextInt(9));
        }
      }
      int expected = Float.floatToIntBits(Math.fma(a, b, c));
      int actual = Float.floatToIntBits(Fma.inDouble(a, b, c));
      if (expected != actual) {
        assertEquals(expected, actual, "seed=" + seed + ", " + a + " * " + b + " + " + c);
      }
    }
  }

  private static float near(float x, Random random) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(x) + random.nextInt(NEAR) - NEAR / 2);
  }

  private static float small(Random random) {
    return (random.nextInt(1 << 24) - (1 << 23)) * 0x1p-20f;
  }

  private static float special(Random random) {
    float[] all = {
      0f,
      -0f,
      1f,
      -1f,
      Float.MIN_VALUE,
      -Float.MIN_NORMAL,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN,
      0x1p-126f,
      0x1.fffffep-127f
    };
    return all[random.nextInt(all.length)];
  }
}
