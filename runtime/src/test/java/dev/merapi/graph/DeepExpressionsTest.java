package dev.merapi.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.autodiff.ScalarDerivative;
import dev.merapi.reference.F32Evaluator;
import dev.merapi.reference.ScalarEvaluator;
import dev.merapi.samples.SmallStack;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What walks an expression needs no more stack for a deep one than for a flat one.
class DeepExpressionsTest {
  private static final int DEPTH = 30_000;

  /// `1 - (1 - (1 - ... x))`: for an even depth it is `x`, and its derivative is 1.
  private static ScalarFn deep() {
    ScalarFn fn = ScalarFn.arg(0);
    for (int i = 0; i < DEPTH; i++) {
      fn = ScalarFn.f32(1).minus(fn);
    }
    return fn;
  }

  @Test
  void areEqualToTheirLikes() {
    SmallStack.run(() -> {
      ScalarFn fn = deep();
      assertEquals(fn, deep());
      assertEquals(fn.hashCode(), deep().hashCode());
      assertNotEquals(fn, fn.compose(List.of(ScalarFn.arg(1))));
      assertEquals(1, fn.arity());
    });
  }

  @Test
  void areEvaluatedAndDifferentiated() {
    SmallStack.run(() -> {
      ScalarFn fn = deep();
      assertEquals(0.25, ScalarEvaluator.of(fn).evaluate(0.25));
      int bits = Float.floatToRawIntBits(0.25f);
      assertEquals(bits, F32Evaluator.of(fn).evaluate(bits));
      ScalarFn derivative = ScalarDerivative.of(fn, 0);
      assertEquals(1, ScalarEvaluator.of(derivative).evaluate(0.25, 0.25));
    });
  }

  /// Each branch of a selection is a selection: products go into all of them.
  @Test
  void selectionsInSelectionsAreDifferentiated() {
    SmallStack.run(() -> {
      ScalarFn x = ScalarFn.arg(0);
      ScalarFn fn = x;
      for (int i = 0; i < DEPTH; i++) {
        fn = x.lessThan(ScalarFn.f32(-1)).select(ScalarFn.f32(0), fn);
      }
      ScalarFn product = Simplify.product(ScalarFn.arg(2), ScalarDerivative.of(fn, 0));
      assertEquals(7, ScalarEvaluator.of(product).evaluate(1, 1, 7));
      assertEquals(0, ScalarEvaluator.of(product).evaluate(-2, 0, 7));
    });
  }

  @Test
  void areReadAsTheyWereWritten() {
    SmallStack.run(() -> {
      var builder = new GraphBuilder("deep");
      Value x = builder.input("x", TensorType.f32(2));
      builder.output("y", builder.map(deep(), x));
      Graph graph = builder.build();
      String text = GraphPrinter.print(graph);
      assertEquals(graph, GraphParser.parse(text));
    });
  }

  /// Thousands of functions of one operand that differ far below their roots.
  @Test
  void hashesTellFunctionsApartThatDifferBelowTheRoot() {
    long different =
        IntStream.range(0, 1000)
            .map(i ->
                ScalarFn.arg(0).times(ScalarFn.f32(i)).plus(ScalarFn.f32(1)).negate().hashCode())
            .distinct()
            .count();
    assertTrue(different > 900, () -> different + " hashes of 1000 functions");
  }
}
