package dev.merapi.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import dev.merapi.ops.Derivatives;
import dev.merapi.ops.Elementwise;
import dev.merapi.reference.ScalarEvaluator;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CatalogueGradientTest {
  private static final int POINTS = 200;

  static Stream<Elementwise> differentiable() {
    return Stream.of(Elementwise.values())
        .filter(entry -> entry.types().contains(DType.F32) && entry.body().type() == DType.F32);
  }

  @ParameterizedTest
  @MethodSource("differentiable")
  void givenDerivativeAgreesWithDifferences(Elementwise entry) {
    check(entry, Derivatives::of);
  }

  @ParameterizedTest
  @MethodSource("differentiable")
  void symbolicDerivativeAgreesWithDifferences(Elementwise entry) {
    check(entry, (_, _) -> Optional.empty());
  }

  private static void check(Elementwise entry, GivenDerivatives given) {
    ScalarFn body = entry.body();
    for (int k = 0; k < body.arity(); k++) {
      if (isFloat(body, k)) {
        int argument = k;
        ScalarFn partial = given.of(body, k).orElseGet(() -> ScalarDerivative.of(body, argument));
        check(entry, k, partial);
      }
    }
  }

  private static void check(Elementwise entry, int k, ScalarFn partial) {
    var value = ScalarEvaluator.of(entry.body());
    var derivative = ScalarEvaluator.of(partial);
    var random = new Random(entry.ordinal());
    int jumps = 0;
    for (int i = 0; i < POINTS; i++) {
      double[] point =
          entry.domains().stream().mapToDouble(domain -> domain.draw(random)).toArray();
      double[] all = Arrays.copyOf(point, point.length + 1);
      all[point.length] = value.evaluate(point);
      double step = 1e-4 * Math.max(Math.abs(point[k]), 0.01);
      double coarse = difference(value, k, step, point);
      double fine = difference(value, k, step / 2, point);
      if (Math.abs(fine - coarse) > 0.1 * Math.max(1, Math.abs(fine))) {
        jumps++; // between the points that the difference is taken of
        continue;
      }
      double expected = (4 * fine - coarse) / 3; // cancels the quadratic term of the error
      double tolerance =
          1e-6 * Math.abs(expected) + 1e-9 * Math.max(1, Math.abs(all[point.length]));
      String where = entry + " by " + k + " at " + Arrays.toString(point);
      assertEquals(expected, derivative.evaluate(all), tolerance, where);
    }
    assertTrue(jumps <= POINTS / 50, entry + " has too many jumps: " + jumps);
  }

  private static boolean isFloat(ScalarFn body, int k) {
    boolean[] found = new boolean[1];
    body.rewrite(arg -> {
      found[0] |= arg.index() == k && arg.type().isFloat();
      return arg;
    });
    return found[0];
  }

  private static double difference(ScalarEvaluator fn, int k, double step, double... point) {
    double[] ahead = point.clone();
    double[] behind = point.clone();
    ahead[k] += step;
    behind[k] -= step;
    return (fn.evaluate(ahead) - fn.evaluate(behind)) / (ahead[k] - behind[k]);
  }
}
