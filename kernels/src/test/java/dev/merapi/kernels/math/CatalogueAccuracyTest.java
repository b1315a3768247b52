package dev.merapi.kernels.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import dev.merapi.ops.Elementwise;
import dev.merapi.reference.F32Evaluator;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every entry of the catalogue as the CPU computes it, in `f32` and with elementary functions
/// expanded, against the entry's oracle and tolerance.
class CatalogueAccuracyTest {
  private static final int DRAWS = 20_000;
  private static final float[] SPECIALS = {
    Float.NaN,
    Float.intBitsToFloat(0xffc00000),
    0f,
    -0f,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    1f,
    -1f,
    0.5f,
    100f,
    -100f,
    1e30f,
    -1e30f,
    1e-40f
  };

  static Stream<Elementwise> entries() {
    return Stream.of(Elementwise.values()).filter(entry -> entry.types().contains(DType.F32));
  }

  @ParameterizedTest
  @MethodSource("entries")
  void errorStaysWithinTheTolerance(Elementwise entry) {
    var evaluator = F32Evaluator.of(Expansions.expand(entry.body()));
    var random = new Random(entry.ordinal());
    double worst = 0;
    String where = "";
    for (int i = 0; i < DRAWS; i++) {
      double[] x = new double[entry.arity()];
      for (int k = 0; k < x.length; k++) {
        x[k] = isTruth(entry, k) ? random.nextInt(2) : (float) entry.domains().get(k).draw(random);
      }
      double expected = entry.oracle().apply(x);
      double error = Math.abs(evaluate(entry, evaluator, x) - expected);
      double share = error / Math.max(entry.tolerance().around(expected), Double.MIN_VALUE);
      if (!(share <= worst) && !isInfinityForBoth(expected, evaluate(entry, evaluator, x))) {
        worst = share;
        where = Arrays.toString(x) + ": " + evaluate(entry, evaluator, x) + " for " + expected;
      }
    }
    assertTrue(worst <= 1, worst + " times the tolerance at " + where);
  }

  /// Whether an `f32` can be nothing but infinite there.
  private static boolean isInfinityForBoth(double expected, double actual) {
    return Double.isInfinite((float) expected) && (float) expected == actual;
  }

  @ParameterizedTest
  @MethodSource("entries")
  void specialValuesAreTheOracles(Elementwise entry) {
    var evaluator = F32Evaluator.of(Expansions.expand(entry.body()));
    if (entry.arity() != 1) {
      return;
    }
    for (float special : SPECIALS) {
      double expected = entry.oracle().apply(new double[] {special});
      double actual = evaluate(entry, evaluator, special);
      String where = entry + " of " + special;
      if (Double.isNaN(expected) || Double.isInfinite((float) expected)) {
        assertEquals((float) expected, (float) actual, where);
      } else {
        double tolerance = entry.tolerance().around(expected) + Float.MIN_NORMAL;
        assertEquals(expected, actual, tolerance, where);
      }
    }
  }

  private static boolean isTruth(Elementwise entry, int argument) {
    return entry == Elementwise.SELECT && argument == 0;
  }

  private static double evaluate(Elementwise entry, F32Evaluator evaluator, double... x) {
    int[] bits = new int[x.length];
    for (int k = 0; k < x.length; k++) {
      bits[k] = isTruth(entry, k) ? (int) x[k] : Float.floatToRawIntBits((float) x[k]);
    }
    int result = evaluator.evaluate(bits);
    ScalarFn body = entry.body();
    return body.type().isFloat() ? Float.intBitsToFloat(result) : result;
  }
}
