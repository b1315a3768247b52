package dev.merapi.kernels.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.graph.ScalarPrimitive;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every expansion of one argument against the same function in double.
class AccuracyTest {
  /// A prime, so that all patterns of the low bits are met. With 1 this is the proof over all
  /// floats (about ten minutes).
  private static final int STEP = Integer.getInteger("merapi.test.floatStep", 4999);

  /// Where formulas change, results over- or underflow, or cancellation is worst.
  private static final float[] BORDERS = {
    0f,
    0x1p-149f,
    0x1p-126f,
    0x1p-26f,
    0x1p-24f,
    0.34657359f,
    0.5f,
    0.54930614f,
    0.55f,
    0.69314718f,
    0.70710678f,
    0.78539816f,
    0.9f,
    1f,
    1.41421356f,
    1.57079633f,
    2f,
    3.14159265f,
    3.83f,
    3.9375f,
    9.011f,
    9.125f,
    17.33f,
    18f,
    71476.0625f,
    87.33655f,
    88.72284f,
    89f,
    103.97f,
    104f,
    4194304f,
    8388608f,
    16777216f,
    0x1.6ac5b2p91f,
    0x1p126f,
    0x1p127f,
    Float.MAX_VALUE,
    Float.POSITIVE_INFINITY
  };

  /// A function, its oracle, and the bound: what all floats were found to need, rounded up.
  private enum Row {
    EXP(StrictMath::exp, 1.7),
    EXPM1(StrictMath::expm1, 1.6),
    LOG(StrictMath::log, 1.2),
    LOG1P(StrictMath::log1p, 1.8),
    TANH(StrictMath::tanh, 1.7),
    SIN(StrictMath::sin, 1.7),
    COS(StrictMath::cos, 1.7),
    ATAN(StrictMath::atan, 1.6),
    ERF(ErfOracle::erf, 1.6),
    FLOOR(StrictMath::floor, 0),
    CEIL(StrictMath::ceil, 0),
    ROUND(StrictMath::rint, 0);

    final DoubleUnaryOperator oracle;
    final double bound;
    final Sweep sweep = new Sweep(ScalarPrimitive.valueOf(name()));

    Row(DoubleUnaryOperator oracle, double bound) {
      this.oracle = oracle;
      this.bound = bound;
    }
  }

  @ParameterizedTest
  @EnumSource
  void errorStaysWithinTheBound(Row row) {
    Sweep.Worst worst = row.sweep.everyNth(STEP, row.oracle);
    assertTrue(worst.ulps() <= row.bound, () -> row + ": " + worst);
  }

  @ParameterizedTest
  @EnumSource
  void errorStaysWithinTheBoundAroundBorders(Row row) {
    for (float border : BORDERS) {
      Sweep.Worst worst = row.sweep.around(border, row.oracle);
      assertTrue(worst.ulps() <= row.bound, () -> row + " around " + border + ": " + worst);
    }
  }

  @ParameterizedTest
  @EnumSource
  void specialOperandsGiveWhatTheOracleGives(Row row) {
    float[] specials = {
      0f,
      -0f,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      -1f,
      -0.25f,
      -0.5f,
      0.5f,
      1.5f,
      2.5f
    };
    for (float x : specials) {
      double expected = row.oracle.applyAsDouble(x);
      float actual = row.sweep.at(x);
      if (!Double.isFinite(expected) || expected == 0) {
        assertEquals((float) expected, actual, () -> row + " of " + x); // tells the zeros apart
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SIN", "TANH", "ATAN", "ERF", "ROUND"})
  void oddFunctionsAreOddToTheBit(Row row) {
    for (int bits = 0; bits < Float.floatToRawIntBits(Float.POSITIVE_INFINITY); bits += 7_999_993) {
      float x = Float.intBitsToFloat(bits);
      assertEquals(row.sweep.at(x), -row.sweep.at(-x), () -> row + " of " + x);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EXP", "EXPM1", "LOG", "LOG1P", "TANH", "ATAN", "ERF"})
  void monotonicFunctionsDoNotFallByMoreThanTheirError(Row row) {
    float before = row.sweep.at(-20);
    for (float x = -20; x < 20; x += 0x1p-6f) {
      float y = row.sweep.at(x);
      float last = before;
      float at = x;
      assertTrue(!(y < Math.nextDown(last)), () -> row + " falls from " + last + " at " + at);
      before = y;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0x7fc00000, 0xffc00000, 0x7f800001, 0xff812345, 0x7fffffff})
  void everyNanGivesNan(int bits) {
    for (Row row : Row.values()) {
      assertTrue(Float.isNaN(row.sweep.at(Float.intBitsToFloat(bits))), row::name);
    }
  }

  @Test
  void erfOracleMeetsTabulatedValues() { // Abramowitz and Stegun, table 7.1; erf(3) from 7.3
    assertEquals(0.5204998778, ErfOracle.erf(0.5), 1e-10);
    assertEquals(0.8427007929, ErfOracle.erf(1), 1e-10);
    assertEquals(0.9953222650, ErfOracle.erf(2), 1e-10);
    assertEquals(0.9999779095, ErfOracle.erf(3), 1e-10);
  }
}
