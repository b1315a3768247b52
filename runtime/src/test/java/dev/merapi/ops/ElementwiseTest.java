package dev.merapi.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.autodiff.ScalarDerivative;
import dev.merapi.graph.DType;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.GraphParser;
import dev.merapi.graph.GraphPrinter;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarFn.Apply;
import dev.merapi.graph.ScalarFn.Const;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.reference.ScalarEvaluator;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What holds for every entry of the catalogue; a new entry is tested by being there.
class ElementwiseTest {
  private static final int DRAWS = 300;

  @ParameterizedTest
  @EnumSource
  void bodyAgreesWithOracle(Elementwise entry) {
    for (DType type : entry.types()) {
      var random = new Random(entry.ordinal());
      var evaluator = ScalarEvaluator.of(entry.body(type));
      double exactness = hasRoundedConstants(entry.body(type)) ? 3e-7 : 1e-12;
      for (int i = 0; i < DRAWS; i++) {
        double[] x = draw(entry, type, random);
        double expected = entry.oracle().apply(x);
        double tolerance = exactness * Math.max(Math.abs(expected), scale(entry, x));
        assertEquals(expected, evaluator.evaluate(x), tolerance, () -> at(entry, type, x));
      }
    }
  }

  /// Formulas that subtract (a floor in the tolerance says so) lose digits of what they subtract.
  private static double scale(Elementwise entry, double[] x) {
    double largest = Arrays.stream(x).map(Math::abs).max().orElse(0);
    return entry.tolerance().floor() > 0 ? Math.max(1, largest) : 1e-3;
  }

  /// Constants such as 1/3 are `f32`s in the body, `double`s in the oracle.
  private static boolean hasRoundedConstants(ScalarFn fn) {
    return switch (fn) {
      case Const constant -> constant.type().isFloat() && (constant.bits() & 0x3ff) != 0;
      case ScalarFn.Arg _ -> false;
      case Apply apply -> apply.operands().stream().anyMatch(ElementwiseTest::hasRoundedConstants);
    };
  }

  private static double[] draw(Elementwise entry, DType type, Random random) {
    double[] x = new double[entry.arity()];
    for (int i = 0; i < x.length; i++) {
      double value = entry.domains().get(i).draw(random);
      x[i] =
          switch (argumentType(entry, type, i)) {
            case F32 -> (float) value;
            case I32 -> Math.rint(value);
            case BOOL -> random.nextInt(2);
          };
    }
    return x;
  }

  private static DType argumentType(Elementwise entry, DType type, int argument) {
    return entry == Elementwise.SELECT && argument == 0 ? DType.BOOL : type;
  }

  private static String at(Elementwise entry, DType type, double[] x) {
    return entry.label() + " of " + type + " at " + Arrays.toString(x);
  }

  @ParameterizedTest
  @EnumSource
  void derivativesAgreeWithDifferences(Elementwise entry) {
    if (!entry.types().contains(DType.F32) || !entry.body().type().isFloat()) {
      return;
    }
    for (int k = 0; k < entry.arity(); k++) {
      if (argumentType(entry, DType.F32, k) == DType.F32) {
        checkDerivative(entry, k, ScalarDerivative.of(entry.body(), k));
        Optional<ScalarFn> given = Derivatives.of(entry.body(), k);
        if (given.isPresent()) {
          checkDerivative(entry, k, given.get());
        }
      }
    }
  }

  private static void checkDerivative(Elementwise entry, int argument, ScalarFn derivative) {
    var random = new Random(31);
    var function = ScalarEvaluator.of(entry.body());
    var slope = ScalarEvaluator.of(derivative);
    for (int i = 0; i < DRAWS; i++) {
      double[] x = draw(entry, DType.F32, random);
      double[] withResult = Arrays.copyOf(x, x.length + 1);
      withResult[x.length] = function.evaluate(x);
      double expected = difference(function, x, argument);
      double actual = slope.evaluate(withResult);
      double size = Math.max(Math.abs(withResult[x.length]), Math.abs(expected));
      assertEquals(
          expected,
          actual,
          1e-6 * Math.max(1e-3, size),
          () -> derivative + " " + at(entry, DType.F32, x));
    }
  }

  /// A central difference of fourth order.
  private static double difference(ScalarEvaluator function, double[] x, int argument) {
    double h = 1e-5 * Math.min(1, Math.max(Math.abs(x[argument]), 1e-25));
    double[] weights = {1, -8, 8, -1};
    double[] steps = {-2, -1, 1, 2};
    double sum = 0;
    for (int i = 0; i < steps.length; i++) {
      double[] moved = x.clone();
      moved[argument] += steps[i] * h;
      sum += weights[i] * function.evaluate(moved);
    }
    return sum / (12 * h);
  }

  @ParameterizedTest
  @EnumSource
  void givenDerivativesAreTheSymbolicOnesAtZero(Elementwise entry) {
    Optional<ScalarFn> given =
        entry.arity() == 1 && entry.types().contains(DType.F32)
            ? Derivatives.of(entry.body(), 0)
            : Optional.empty();
    given.ifPresent(derivative -> {
      double result = ScalarEvaluator.of(entry.body()).evaluate(0);
      double expected = ScalarEvaluator.of(derivative).evaluate(0, result);
      ScalarFn symbolic = ScalarDerivative.of(entry.body(), 0);
      boolean kink = entry == Elementwise.RELU || entry == Elementwise.RELU6;
      if (!kink) { // at a kink the entry says which side PyTorch takes
        assertEquals(expected, ScalarEvaluator.of(symbolic).evaluate(0, result), 1e-6);
      }
    });
  }

  @ParameterizedTest
  @EnumSource
  void bodiesAreReadBackFromText(Elementwise entry) {
    for (DType type : entry.types()) {
      Graph graph = graph(entry, type);
      assertEquals(graph, GraphParser.parse(GraphPrinter.print(graph)));
    }
  }

  private static Graph graph(Elementwise entry, DType type) {
    var builder = new GraphBuilder(entry.label());
    var operands = new Value[entry.arity()];
    for (int i = 0; i < operands.length; i++) {
      DType operand = argumentType(entry, type, i);
      operands[i] = builder.input("x" + i, new TensorType(operand, TensorType.f32("N", 3).shape()));
    }
    Value result = entry.on(builder, operands);
    assertEquals(entry.body(type), ((dev.merapi.graph.MapOp) builder.producer(result).op()).fn());
    builder.output("y", result);
    return builder.build();
  }

  @ParameterizedTest
  @EnumSource
  void bodiesUseAllArguments(Elementwise entry) {
    for (DType type : entry.types()) {
      assertEquals(entry.arity(), entry.body(type).arguments().size());
    }
    entry.derivative().ifPresent(all -> assertEquals(entry.arity(), all.size()));
  }

  @Test
  void labelsAreJavaNames() {
    assertEquals("leakyRelu", Elementwise.LEAKY_RELU.label());
    assertEquals("relu6", Elementwise.RELU6.label());
    var labels = new HashSet<String>();
    for (Elementwise entry : Elementwise.values()) {
      assertTrue(labels.add(entry.label()));
      assertTrue(Character.isJavaIdentifierStart(entry.label().charAt(0)));
    }
  }

  @Test
  void derivativeIsFoundByTheBodyHoweverItWasMade() {
    ScalarFn x = ScalarFn.arg(0);
    ScalarFn square = x.times(x);
    assertEquals(Optional.of(x.plus(x)), Derivatives.of(square, 0));
    assertEquals(Optional.empty(), Derivatives.of(square.plus(x), 0));
  }

  @Test
  void parametersChangeTheFunction() {
    assertEquals(-0.6, eval(ScalarFamilies.leakyRelu(0.2), -3), 1e-7);
    assertEquals(2 * Math.expm1(-3), eval(ScalarFamilies.elu(2), -3), 1e-12);
    assertEquals(2 * Math.expm1(-1.5), eval(ScalarFamilies.celu(2), -3), 1e-12);
    assertEquals(Math.log1p(Math.exp(-6)) / 2, eval(ScalarFamilies.softplus(2), -3), 1e-12);
    assertEquals(-2, eval(ScalarFamilies.clamp(-2, 5), -3));
    assertEquals(5, eval(ScalarFamilies.hardTanh(-2, 5), 7));
    assertEquals(Elementwise.ELU.body(), ScalarFamilies.celu(1));
    assertSame(Kind.ARGUMENT, thrown(() -> ScalarFamilies.clamp(1, 0)).kind());
    assertSame(Kind.ARGUMENT, thrown(() -> ScalarFamilies.hardTanh(Double.NaN, 0)).kind());
  }

  private static double eval(ScalarFn fn, double x) {
    return ScalarEvaluator.of(fn).evaluate(x);
  }

  @Test
  void wrongOperandsAreNamed() {
    var builder = new GraphBuilder("test").at("net.act");
    Value x = builder.input("x", TensorType.f32(2));
    Value n = builder.input("n", TensorType.i32(2));
    assertMessage(
        "add: operand types differ: operands=[f32[2], i32[2]]; at net.act;"
            + " hint: convert with toF32, toI32 or toBool",
        () -> Elementwise.ADD.on(builder, x, n));
    assertMessage(
        "add: wrong number of operands: operands=1, expected=2; at net.act",
        () -> Elementwise.ADD.on(builder, x));
    assertMessage(
        "exp: not defined for this type: type=i32, defined for=[f32]; at net.act;"
            + " hint: convert with toF32, toI32 or toBool",
        () -> Elementwise.EXP.on(builder, n));
  }

  private static void assertMessage(String message, Runnable code) {
    assertEquals(message, thrown(code).getMessage());
  }

  private static MerapiException thrown(Runnable code) {
    return assertThrows(MerapiException.class, code::run);
  }
}
