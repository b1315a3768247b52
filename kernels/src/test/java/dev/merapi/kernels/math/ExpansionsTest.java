package dev.merapi.kernels.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.graph.DType;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarFn.Apply;
import dev.merapi.graph.ScalarPrimitive;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExpansionsTest {
  private static final Set<ScalarPrimitive> EXPANDED =
      EnumSet.of(
          ScalarPrimitive.MIN,
          ScalarPrimitive.MAX,
          ScalarPrimitive.FLOOR,
          ScalarPrimitive.CEIL,
          ScalarPrimitive.ROUND,
          ScalarPrimitive.EXP,
          ScalarPrimitive.EXPM1,
          ScalarPrimitive.LOG,
          ScalarPrimitive.LOG1P,
          ScalarPrimitive.SIN,
          ScalarPrimitive.COS,
          ScalarPrimitive.TANH,
          ScalarPrimitive.ATAN,
          ScalarPrimitive.ERF,
          ScalarPrimitive.POW);

  @ParameterizedTest
  @EnumSource
  void exactlyTheAwkwardPrimitivesAreExpanded(ScalarPrimitive primitive) {
    assertEquals(EXPANDED.contains(primitive), Expansions.ofF32(primitive).isPresent());
  }

  @Test
  void expansionsKeepTheNumberOfArguments() {
    for (ScalarPrimitive primitive : EXPANDED) {
      assertEquals(
          primitive.arity(), Expansions.ofF32(primitive).orElseThrow().arity(), primitive::name);
    }
  }

  /// Speed lives by these numbers: an operation costs about a hundredth of a nanosecond an element.
  @ParameterizedTest
  @CsvSource({"EXP,18", "TANH,26", "EXPM1,21", "LOG,29", "LOG1P,28", "ERF,31", "ATAN,19", "MAX,4"})
  void expansionsTakeNoMoreOperationsThanPromised(ScalarPrimitive primitive, int operations) {
    BasicMachine machine = new BasicMachine(Expansions.ofF32(primitive).orElseThrow());
    assertTrue(machine.operations() <= operations, () -> "takes " + machine.operations());
  }

  @Test
  void nestedFunctionsAreExpandedThroughout() {
    ScalarFn x = ScalarFn.arg(0);
    ScalarFn exp = ScalarFn.apply(ScalarPrimitive.EXP, x);
    ScalarFn softplus = ScalarFn.apply(ScalarPrimitive.LOG1P, exp).plus(exp);
    BasicMachine machine = new BasicMachine(Expansions.expand(softplus));
    machine.argument(0)[0] = 1;
    assertEquals((float) (Math.log1p(Math.E) + Math.E), machine.run()[0], 1e-6f);
    assertTrue(machine.operations() < 50, () -> "exp is emitted twice: " + machine.operations());
  }

  @Test
  void basicExpressionsStayWhatTheyAre() {
    ScalarFn fn = ScalarFn.fma(ScalarFn.arg(0), ScalarFn.arg(1), ScalarFn.f32(2)).negate();
    assertEquals(fn, Expansions.expand(fn));
  }

  @Test
  void integerMinimumAndMaximumCompareAndSelect() {
    ScalarFn a = ScalarFn.arg(0, DType.I32);
    ScalarFn b = ScalarFn.arg(1, DType.I32);
    ScalarFn min = Expansions.expand(ScalarFn.apply(ScalarPrimitive.MIN, a, b));
    assertTrue(
        min instanceof Apply(ScalarPrimitive primitive, List<ScalarFn> _, DType _)
            && primitive == ScalarPrimitive.SELECT);
    assertSame(DType.I32, min.type());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2, 1, 2",
    "2, 1, 1, 2",
    "-Infinity, 3, -Infinity, 3",
    "NaN, 1, NaN, NaN",
    "1, NaN, NaN, NaN",
    "NaN, NaN, NaN, NaN",
    "NaN, Infinity, NaN, NaN",
    "-0.0, 5, -0.0, 5"
  })
  void minimumAndMaximumLetNanThrough(float a, float b, float min, float max) {
    assertEquals(min, binary(ScalarPrimitive.MIN, a, b));
    assertEquals(max, binary(ScalarPrimitive.MAX, a, b));
  }

  private static float binary(ScalarPrimitive primitive, float a, float b) {
    BasicMachine machine = new BasicMachine(Expansions.ofF32(primitive).orElseThrow());
    machine.argument(0)[0] = a;
    machine.argument(1)[0] = b;
    return machine.run()[0];
  }
}
