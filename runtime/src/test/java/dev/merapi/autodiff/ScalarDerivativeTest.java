package dev.merapi.autodiff;

import static dev.merapi.graph.ScalarFn.apply;
import static dev.merapi.graph.ScalarFn.arg;
import static dev.merapi.graph.ScalarFn.f32;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.reference.ScalarEvaluator;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ScalarDerivativeTest {
  private static final int POINTS = 50;

  /// The derivative at a point, the function's value handed in as the additional argument.
  private static double derivative(ScalarFn fn, int argument, double... point) {
    double[] all = Arrays.copyOf(point, fn.arity() + 1);
    all[fn.arity()] = ScalarEvaluator.of(fn).evaluate(point);
    return ScalarEvaluator.of(ScalarDerivative.of(fn, argument)).evaluate(all);
  }

  /// The primitive over floats; of a selection the condition is whether the first is positive.
  private static ScalarFn ofFloats(ScalarPrimitive primitive) {
    ScalarFn condition = f32(0).lessThan(arg(0));
    return primitive == ScalarPrimitive.SELECT
        ? condition.select(arg(1), arg(2))
        : apply(primitive, IntStream.range(0, primitive.arity()).mapToObj(ScalarFn::arg).toList());
  }

  @ParameterizedTest
  @EnumSource(
      value = ScalarPrimitive.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {
        "LT",
        "LE",
        "EQ",
        "AND",
        "OR",
        "XOR",
        "NOT",
        "SHL",
        "SHR",
        "USHR",
        "TO_I32",
        "TO_BOOL",
        "BITS",
        "FROM_BITS"
      })
  void agreesWithDifferences(ScalarPrimitive primitive) {
    ScalarFn fn = ofFloats(primitive);
    var random = new Random(primitive.ordinal());
    for (int i = 0; i < POINTS; i++) {
      double[] point = random.doubles(fn.arity(), 0.1, 0.9).toArray();
      for (int k = 0; k < fn.arity(); k++) {
        double step = 1e-3;
        // halving the step cancels the error's quadratic term
        double coarse = difference(fn, k, step, point);
        double fine = difference(fn, k, step / 2, point);
        double expected = (4 * fine - coarse) / 3;
        assertEquals(expected, derivative(fn, k, point), 1e-6 * Math.max(1, Math.abs(expected)));
      }
    }
  }

  private static double difference(ScalarFn fn, int k, double step, double... point) {
    var evaluator = ScalarEvaluator.of(fn);
    double[] ahead = point.clone();
    double[] behind = point.clone();
    ahead[k] += step;
    behind[k] -= step;
    return (evaluator.evaluate(ahead) - evaluator.evaluate(behind)) / (2 * step);
  }

  /// What PyTorch 2.7's autograd gives in float64.
  @ParameterizedTest
  @CsvSource({
    "ABS,  0,   0,         0,    0",
    "ABS,  -0.0, 0,        0,    0",
    "ABS,  NaN, 0,         0,    0",
    "SQRT, 0,   0,  Infinity,    0",
    "LOG,  0,   0,  Infinity,    0",
    "FLOOR, 1,  0,         0,    0",
    "CEIL, 1,   0,         0,    0",
    "ROUND, 0.5, 0,        0,    0",
    "MAX,  1,   1,       0.5,  0.5",
    "MIN,  1,   1,       0.5,  0.5",
    "MAX,  NaN, 1,         1,    1",
    "MAX,  1,   NaN,       1,    1",
    "MIN,  NaN, 1,         1,    1",
    "MAX,  Infinity, Infinity, 0.5, 0.5",
    "POW,  0,   0,         0,    0",
    "POW,  0,   1,         1,    0",
    "POW,  0,   2,         0,    0",
    "POW,  0,   0.5, Infinity,   0",
    "POW,  0,   -1, -Infinity, -Infinity",
    "POW,  -2,  3,        12,  NaN",
    "POW,  2,   0,         0,  0.6931471805599453",
    "POW,  NaN, 0,         0,  NaN",
    "POW,  1,   NaN,     NaN,    0",
    "POW,  -1.5, 0.5,    NaN,  NaN",
  })
  void kinksAreThoseOfPyTorch(
      ScalarPrimitive primitive, double a, double b, double byFirst, double bySecond) {
    ScalarFn fn = ofFloats(primitive);
    double[] point = Arrays.copyOf(new double[] {a, b}, fn.arity());
    assertEquals(byFirst, derivative(fn, 0, point) + 0.0);
    if (fn.arity() == 2) {
      assertEquals(bySecond, derivative(fn, 1, point) + 0.0);
    }
  }

  @Test
  void aBranchThatIsNotTakenDoesNotSpoilTheDerivative() {
    ScalarFn root = apply(ScalarPrimitive.SQRT, arg(0));
    ScalarFn guarded = f32(0).lessThan(arg(0)).select(root, f32(0));
    assertEquals(0, derivative(guarded, 0, 0));
    assertEquals(0, derivative(guarded, 0, -4));
    assertEquals(0.25, derivative(guarded, 0, 4));
  }

  @Test
  void nothingFlowsThroughIntegersAndTruthValues() {
    ScalarFn throughInteger = apply(ScalarPrimitive.TO_F32, apply(ScalarPrimitive.TO_I32, arg(0)));
    ScalarFn throughBits = apply(ScalarPrimitive.FROM_BITS, apply(ScalarPrimitive.BITS, arg(0)));
    assertEquals(f32(0), ScalarDerivative.of(throughInteger, 0));
    assertEquals(f32(0), ScalarDerivative.of(throughBits, 0));
    assertEquals(f32(0), ScalarDerivative.of(arg(0, DType.BOOL).select(f32(1), f32(2)), 0));
  }

  @Test
  void theValueStandsForItselfInTheDerivative() {
    ScalarFn exp = apply(ScalarPrimitive.EXP, arg(0));
    assertEquals(arg(1), ScalarDerivative.of(exp, 0));
  }

  @Test
  void whatTheUserWroteIsNotSimplified() {
    ScalarFn product = arg(0).times(arg(1).times(f32(0)));
    assertEquals(arg(1).times(f32(0)), ScalarDerivative.of(product, 0));
  }

  @Test
  void sharedTermsGiveASmallDerivative() {
    ScalarFn power = arg(0);
    for (int i = 0; i < 40; i++) {
      power = power.times(power);
    }
    assertEquals(0x1p40, derivative(power, 0, 1));
  }
}
