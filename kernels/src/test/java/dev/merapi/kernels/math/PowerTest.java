package dev.merapi.kernels.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.graph.ScalarPrimitive;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PowerTest {
  private static final double BOUND = 1.2;

  private static final float[] SPECIALS = {
    0f,
    1f,
    2f,
    3f,
    0.5f,
    1.5f,
    127f,
    128f,
    149f,
    150f,
    Float.POSITIVE_INFINITY,
    Float.NaN,
    Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    0x1.000002p0f,
    0x1.fffffep-1f,
    1e-20f,
    1e20f,
    0x1.000001p22f,
    0x1.000002p22f,
    0x1.000004p22f,
    0x1.fffffep22f,
    0x1p23f,
    0x1.000002p23f,
    0x1.8p23f,
    0x1.fffffep23f,
    0x1p24f,
    0x1p25f
  };

  private final BasicMachine pow =
      new BasicMachine(Expansions.ofF32(ScalarPrimitive.POW).orElseThrow());

  @Test
  void specialOperandsFollowAnnexFOfC99() {
    for (float x : SPECIALS) {
      for (float y : SPECIALS) {
        check(x, y);
        check(-x, y);
        check(x, -y);
        check(-x, -y);
      }
    }
  }

  @Test
  void errorStaysWithinTheBoundForAnyBitsAndForAllMagnitudesOfTheResult() {
    long seed = 20_260_000L;
    SplittableRandom random = new SplittableRandom(seed);
    for (int block = 0; block < 1000; block++) {
      fill(random, block % 2 == 0);
      float[] results = pow.run();
      for (int i = 0; i < results.length; i++) {
        checkResult(pow.argument(0)[i], pow.argument(1)[i], results[i]);
      }
    }
  }

  private void fill(SplittableRandom random, boolean anyBits) {
    for (int i = 0; i < BasicMachine.BLOCK; i++) {
      float x =
          anyBits
              ? Float.intBitsToFloat(random.nextInt())
              : (float)
                  StrictMath.exp(random.nextDouble(-1, 1) * StrictMath.exp(-random.nextDouble(15)));
      double result = random.nextDouble(-104, 89);
      pow.argument(0)[i] = x;
      pow.argument(1)[i] =
          anyBits ? Float.intBitsToFloat(random.nextInt()) : (float) (result / StrictMath.log(x));
    }
  }

  private void check(float x, float y) {
    pow.argument(0)[0] = x;
    pow.argument(1)[0] = y;
    checkResult(x, y, pow.run()[0]);
  }

  private static void checkResult(float x, float y, float actual) {
    double expected = c99(x, y);
    assertTrue(
        Ulps.between(actual, expected) <= BOUND,
        () -> "pow(" + x + ", " + y + ") = " + actual + ", not " + expected);
    if ((float) expected == 0 && actual == 0) {
      assertEquals((float) expected, actual, () -> "pow(" + x + ", " + y + ")");
    }
  }

  /// Java has NaN where C99 and PyTorch have 1.
  private static double c99(float x, float y) {
    return x == 1 || (x == -1 && Float.isInfinite(y)) ? 1 : StrictMath.pow(x, y);
  }
}
