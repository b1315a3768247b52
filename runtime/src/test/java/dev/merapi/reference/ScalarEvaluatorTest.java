package dev.merapi.reference;

import static dev.merapi.graph.ScalarFn.apply;
import static dev.merapi.graph.ScalarFn.arg;
import static dev.merapi.graph.ScalarPrimitive.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ScalarEvaluatorTest {
  private static final double NAN = Double.NaN;
  private static final List<ScalarPrimitive> TRANSCENDENTAL =
      List.of(EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, ATAN, ERF, POW);

  private static double value(ScalarPrimitive primitive, DType type, double... arguments) {
    return ScalarEvaluator.of(applied(primitive, type)).evaluate(arguments);
  }

  private static double value(ScalarPrimitive primitive, double... arguments) {
    return value(primitive, DType.F32, arguments);
  }

  private static ScalarFn applied(ScalarPrimitive primitive, DType type) {
    var operands =
        IntStream.range(0, primitive.arity()).mapToObj(index -> arg(index, type)).toList();
    return apply(primitive, operands);
  }

  /// Expected values are those of the C library, which is within an ulp.
  @ParameterizedTest
  @CsvSource({
    "1e-300, 1.1283791670955126e-300",
    "1e-9,   1.1283791670955126e-9",
    "0.1,    0.1124629160182849",
    "0.5,    0.5204998778130465",
    "1,      0.8427007929497149",
    "2,      0.9953222650189527",
    "2.999,  0.9999777698314002",
    "3,      0.9999779095030014",
    "3.5,    0.9999992569016276",
    "5,      0.9999999999984626",
    "40,     1",
    "Infinity, 1",
    "0,      0",
  })
  void theErrorFunctionIsAccurateToTheLastDigits(double x, double expected) {
    assertEquals(expected, value(ERF, x), Math.abs(expected) * 1e-15);
    assertEquals(-expected, value(ERF, -x), Math.abs(expected) * 1e-15);
  }

  @Test
  void integersWrap() {
    assertEquals(Integer.MIN_VALUE, value(ADD, DType.I32, Integer.MAX_VALUE, 1));
    assertEquals(Integer.MAX_VALUE, value(SUB, DType.I32, Integer.MIN_VALUE, 1));
    assertEquals(131_073, value(MUL, DType.I32, 65537, 65537));
    assertEquals(Integer.MIN_VALUE, value(NEG, DType.I32, Integer.MIN_VALUE));
    assertEquals(Integer.MIN_VALUE, value(ABS, DType.I32, Integer.MIN_VALUE));
    assertEquals(-8 >>> 1, value(USHR, DType.I32, -8, 33));
    assertEquals(-4, value(SHR, DType.I32, -8, 1));
    assertEquals(-16, value(SHL, DType.I32, -8, 1));
    assertEquals(~5, value(NOT, DType.I32, 5));
  }

  @Test
  void truthValuesStayZeroAndOne() {
    assertEquals(0, value(NOT, DType.BOOL, 1));
    assertEquals(1, value(NOT, DType.BOOL, 0));
    assertEquals(1, value(XOR, DType.BOOL, 1, 0));
    assertEquals(1, value(TO_BOOL, NAN));
    assertEquals(0, value(TO_BOOL, -0.0));
  }

  @Test
  void convertsAsTheHardwareDoes() {
    assertEquals(Integer.MAX_VALUE, value(TO_I32, 1e20));
    assertEquals(Integer.MIN_VALUE, value(TO_I32, Double.NEGATIVE_INFINITY));
    assertEquals(0, value(TO_I32, NAN));
    assertEquals(-2, value(TO_I32, -2.9));
    assertEquals(0x3f800000, value(BITS, 1));
    assertEquals(-0.5, value(FROM_BITS, DType.I32, 0xbf000000));
  }

  @Test
  void specialValuesAreThoseOfPyTorch() {
    assertEquals(NAN, value(MAX, NAN, 1));
    assertEquals(NAN, value(MIN, 1, NAN));
    assertEquals(0, value(LE, NAN, NAN));
    assertEquals(1, value(EQ, 0.0, -0.0));
    assertEquals(1, value(POW, 1, NAN));
    assertEquals(1, value(POW, NAN, 0));
    assertEquals(1, value(POW, -1, Double.POSITIVE_INFINITY));
    assertEquals(NAN, value(POW, -8, 1.0 / 3));
    assertEquals(NAN, value(ERF, NAN));
    assertEquals(-0.0, value(ROUND, -0.5));
    assertEquals(2, value(ROUND, 2.5));
  }

  @Test
  void sharedTermsAreEvaluatedOnce() {
    ScalarFn power = arg(0);
    for (int i = 0; i < 60; i++) {
      power = power.times(power); // a tree of 2^60 leaves
    }
    assertEquals(1, ScalarEvaluator.of(power).evaluate(1));
  }

  @ParameterizedTest
  @EnumSource(ScalarPrimitive.class)
  void theExactEvaluatorRoundsWhatTheDoubleOneGives(ScalarPrimitive primitive) {
    for (DType type : DType.values()) {
      ScalarFn fn;
      try {
        fn = applied(primitive, type);
      } catch (MerapiException e) {
        continue; // the primitive does not exist for that type
      }
      if (TRANSCENDENTAL.contains(primitive)) {
        assertFalse(F32Evaluator.isExact(fn));
        assertThrows(MerapiException.class, () -> F32Evaluator.of(fn));
      } else {
        assertTrue(F32Evaluator.isExact(fn));
        compareEvaluators(fn, type);
      }
    }
  }

  /// One operation in double rounds to the same operation in float (Figueroa, 1995), but for FMA:
  /// there the factors are kept short.
  private static void compareEvaluators(ScalarFn fn, DType type) {
    var random = new Random(11);
    for (int round = 0; round < 200; round++) {
      int[] bits = new int[3];
      double[] values = new double[3];
      for (int i = 0; i < 3; i++) {
        switch (type) {
          case F32 -> {
            float value = random.nextInt(-4096, 4096) / 64f;
            bits[i] = Float.floatToRawIntBits(value);
            values[i] = value;
          }
          case I32 -> values[i] = bits[i] = random.nextInt();
          case BOOL -> values[i] = bits[i] = random.nextInt(2);
        }
      }
      double expected = ScalarEvaluator.of(fn).evaluate(values);
      int actual = F32Evaluator.of(fn).evaluate(bits);
      if (fn.type().isFloat()) {
        assertEquals((float) expected, Float.intBitsToFloat(actual), fn.toString());
      } else {
        assertEquals((int) expected, actual, fn.toString());
      }
    }
  }

  @Test
  void theExactEvaluatorRoundsAfterEachStep() {
    ScalarFn sum = arg(0).plus(arg(1)).minus(arg(0));
    int large = Float.floatToRawIntBits(0x1p24f);
    int one = Float.floatToRawIntBits(1);
    assertEquals(0, F32Evaluator.of(sum).evaluate(large, one));
    assertEquals(1, ScalarEvaluator.of(sum).evaluate(0x1p24, 1));
  }
}
