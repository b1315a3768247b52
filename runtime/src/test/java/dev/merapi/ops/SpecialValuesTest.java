package dev.merapi.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.autodiff.ScalarDerivative;
import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import dev.merapi.reference.ScalarEvaluator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// NaN of both signs, infinities, both zeros and kinks, forward and backward, as PyTorch has them
/// (`special_values.txt`, made by the script beside it).
class SpecialValuesTest {
  /// Where PyTorch has NaN at infinity, or on the way there, though the function is flat or
  /// straight: ours may be the limit. (PyTorch's own gelu of infinity differs between vector and
  /// scalar code.)
  private static final Set<Elementwise> LIMIT_INSTEAD_OF_NAN =
      EnumSet.of(Elementwise.SOFTSIGN, Elementwise.GELU, Elementwise.GELU_TANH);

  /// Which of two zeros is the smaller one PyTorch leaves to the order of the arguments.
  private static final Set<Elementwise> EITHER_ZERO =
      EnumSet.of(Elementwise.MIN, Elementwise.MAX, Elementwise.CLAMP);

  record Row(List<Double> arguments, double value, List<Double> derivatives) {
    double[] x() {
      return arguments.stream().mapToDouble(each -> (float) (double) each).toArray();
    }
  }

  private static final Map<Elementwise, List<Row>> ROWS = read();

  static Stream<Elementwise> entries() {
    return ROWS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("entries")
  void valuesArePyTorchs(Elementwise entry) {
    var evaluator = ScalarEvaluator.of(entry.body());
    for (Row row : rows(entry)) {
      double actual = evaluator.evaluate(row.x());
      String where = entry + " of " + row.arguments;
      if (row.value == 0 && actual == 0 && !EITHER_ZERO.contains(entry)) {
        assertEquals((float) row.value, (float) actual, where); // -0 is not 0
      } else {
        assertSimilar(entry, row.value, actual, where);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("entries")
  void oraclesArePyTorchs(Elementwise entry) {
    for (Row row : rows(entry)) {
      boolean undefined =
          Double.isNaN(row.value) && row.arguments.stream().noneMatch(x -> x.isNaN());
      double actual = entry.oracle().apply(row.x());
      if (!undefined || Double.isNaN(actual)) { // an oracle may know the limit
        assertSimilar(entry, row.value, actual, entry + " of " + row.arguments);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("entries")
  void derivativesArePyTorchs(Elementwise entry) {
    for (Row row : rows(entry)) {
      for (int k = 0; k < row.derivatives.size(); k++) {
        int argument = k;
        ScalarFn derivative =
            Derivatives.of(entry.body(), k)
                .orElseGet(() -> ScalarDerivative.of(entry.body(), argument));
        double[] x = Arrays.copyOf(row.x(), entry.arity() + 1);
        x[entry.arity()] = row.value;
        double actual = ScalarEvaluator.of(derivative).evaluate(x);
        String where = "derivative " + k + " of " + entry + " at " + row.arguments;
        assertSimilar(entry, row.derivatives.get(k), actual, where);
      }
    }
  }

  /// As near as `f32`s can be; the interpreter's doubles are rounded first, so that they underflow
  /// and overflow alike.
  private static void assertSimilar(
      Elementwise entry, double expected, double actual, String where) {
    if (Double.isNaN(expected) && LIMIT_INSTEAD_OF_NAN.contains(entry)) {
      return;
    }
    if (Double.isFinite(expected)) {
      double floor = entry.tolerance().floor() > 0 ? 1 : 1e-3;
      double tolerance = 2e-6 * Math.max(floor, Math.abs(expected));
      assertEquals(expected, (float) actual, tolerance, where);
    } else {
      assertEquals((float) expected, (float) actual, where);
    }
  }

  private static List<Row> rows(Elementwise entry) {
    List<Row> rows = Objects.requireNonNull(ROWS.get(entry));
    assertTrue(rows.size() > 10 && entry.types().contains(DType.F32));
    return rows;
  }

  private static Map<Elementwise, List<Row>> read() {
    var rows = new EnumMap<Elementwise, List<Row>>(Elementwise.class);
    var stream =
        Objects.requireNonNull(SpecialValuesTest.class.getResourceAsStream("special_values.txt"));
    try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      reader
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> {
            String[] parts = line.split("\\|", -1);
            var row = new Row(numbers(parts[1]), number(parts[2]), numbers(parts[3]));
            rows.merge(
                Elementwise.valueOf(parts[0].strip()),
                List.of(row),
                (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
          });
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return rows;
  }

  private static List<Double> numbers(String text) {
    return text.isBlank()
        ? List.of()
        : Stream.of(text.strip().split(" ", -1)).map(SpecialValuesTest::number).toList();
  }

  private static double number(String text) {
    return switch (text.strip()) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }
}
