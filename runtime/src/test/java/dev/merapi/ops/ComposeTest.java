package dev.merapi.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.autodiff.Differentiate;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.reference.Interpreter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Composed functions against formulas in plain Java. Rows of three columns.
class ComposeTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  private static double[] run(
      BiFunction<GraphBuilder, Value, Value> function, TensorType type, double... x) {
    var builder = new GraphBuilder("test");
    builder.output("y", function.apply(builder, builder.input("x", type)));
    return Interpreter.run(builder.build(), Map.of("x", x)).output("y");
  }

  private static double[] rows(BiFunction<GraphBuilder, Value, Value> function, double... x) {
    return run(function, TensorType.f32(x.length / 3, 3), x);
  }

  private static double[] softmax(double... x) {
    double sum = DoubleStream.of(x).map(Math::exp).sum();
    return DoubleStream.of(x).map(each -> Math.exp(each) / sum).toArray();
  }

  @Test
  void softmaxSumsToOne() {
    assertArrayEquals(
        softmax(1, -2, 0.5), rows((b, x) -> Compose.softmax(b, x, 1), 1, -2, 0.5), 1e-15);
    assertArrayEquals(
        softmax(1, -2, 0.5), rows((b, x) -> Compose.softmax(b, x, -1), 1, -2, 0.5), 1e-15);
    assertArrayEquals(new double[] {1, 1, 1}, rows((b, x) -> Compose.softmax(b, x, 0), 1, 9, -5));
  }

  @Test
  void softmaxOfHugeNumbersIsThatOfTheirDifferences() {
    double[] expected = softmax(0, -1, -2);
    assertArrayEquals(
        expected, rows((b, x) -> Compose.softmax(b, x, 1), 1e9, 1e9 - 1, 1e9 - 2), 1e-9);
    double[] logs = DoubleStream.of(expected).map(Math::log).toArray();
    assertArrayEquals(logs, rows((b, x) -> Compose.logSoftmax(b, x, 1), 4096, 4095, 4094), 1e-9);
  }

  @Test
  void logSoftmaxOfFarApartNumbersIsTheirDifference() {
    assertArrayEquals(
        new double[] {0, -1000, -2000},
        rows((b, x) -> Compose.logSoftmax(b, x, 1), 500, -500, -1500),
        1e-12);
  }

  @Test
  void infinitiesAreTakenAsPyTorchDoes() {
    assertArrayEquals(
        new double[] {0.5, 0, 0.5}, rows((b, x) -> Compose.softmax(b, x, 1), 3, -INF, 3));
    assertArrayEquals(
        new double[] {NAN, NAN, NAN}, rows((b, x) -> Compose.softmax(b, x, 1), 3, INF, 3));
    assertArrayEquals(
        new double[] {NAN, NAN, NAN}, rows((b, x) -> Compose.softmax(b, x, 1), -INF, -INF, -INF));
    assertArrayEquals(
        new double[] {-INF, INF, NAN},
        rows((b, x) -> Compose.logSumExp(b, x, 1), -INF, -INF, -INF, 0, INF, 1, 0, NAN, 1));
  }

  @Test
  void logSumExpOfHugeNumbersDoesNotOverflow() {
    assertArrayEquals(
        new double[] {4096 + Math.log(3), -4096 + Math.log(2 + Math.exp(-1))},
        rows((b, x) -> Compose.logSumExp(b, x, 1), 4096, 4096, 4096, -4096, -4096, -4097),
        1e-12);
  }

  @Test
  void meanAndVarianceJoinAxes() {
    double[] x = {1, 2, 3, 4, 5, 9};
    assertArrayEquals(new double[] {2, 6}, rows((b, v) -> Compose.mean(b, v, 1), x), 1e-12);
    assertArrayEquals(new double[] {2.5, 3.5, 6}, rows((b, v) -> Compose.mean(b, v, -2), x), 1e-12);
    assertArrayEquals(new double[] {4}, rows((b, v) -> Compose.mean(b, v), x), 1e-12);
    assertArrayEquals(new double[] {4}, rows((b, v) -> Compose.mean(b, v, 0, 1), x), 1e-12);
    assertArrayEquals(
        new double[] {2.0 / 3, 14.0 / 3}, rows((b, v) -> Compose.variance(b, v, 0, 1), x), 1e-7);
    assertArrayEquals(new double[] {1, 7}, rows((b, v) -> Compose.variance(b, v, 1, 1), x), 1e-12);
    assertArrayEquals(new double[] {24}, rows((b, v) -> Compose.sum(b, v), x));
    assertArrayEquals(new double[] {4, 5, 9}, rows((b, v) -> Compose.max(b, v, 0), x));
    assertArrayEquals(new double[] {1, 4}, rows((b, v) -> Compose.min(b, v, 1), x));
  }

  @Test
  void ofNothingIsNaNAsInPyTorch() {
    var none = TensorType.f32(2, 0);
    assertArrayEquals(new double[] {NAN, NAN}, run((b, v) -> Compose.mean(b, v, 1), none));
    assertArrayEquals(new double[] {0, 0}, run((b, v) -> Compose.sum(b, v, 1), none));
    assertArrayEquals(
        new double[] {NAN, NAN},
        run((b, v) -> Compose.variance(b, v, 1, 1), TensorType.f32(2, 1), 3, 4));
  }

  @Test
  void symbolicSizesAreCountedWhenBound() {
    var builder = new GraphBuilder("test");
    Value x = builder.input("x", TensorType.f32("N", 2));
    builder.output("mean", Compose.mean(builder, x, 0));
    builder.output("variance", Compose.variance(builder, x, 1));
    var graph = builder.build().bind(Map.of("N", 3L));
    var result = Interpreter.run(graph, Map.of("x", new double[] {1, 2, 3, 4, 8, 9}));
    assertArrayEquals(new double[] {4, 5}, result.output("mean"), 1e-12);
    assertArrayEquals(new double[] {10.7}, result.output("variance"), 1e-12);
  }

  @Test
  void oneHotHasARowForEachIndex() {
    double[] expected = {0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0};
    var type = TensorType.i32(2, 2);
    assertArrayEquals(expected, run((b, x) -> Compose.oneHot(b, x, 3), type, 2, 0, -1, 3));
    var e =
        assertThrows(MerapiException.class, () -> rows((b, x) -> Compose.oneHot(b, x, 3), 1, 2, 3));
    assertSame(Kind.SHAPE, e.kind());
  }

  @Test
  void argMaxTakesTheFirst() {
    assertArrayEquals(
        new double[] {1, 0, 2},
        rows((b, x) -> Compose.argMax(b, x, -1), 1, 5, 5, 2, 1, 0, 1, 2, NAN));
  }

  @Test
  void stopGradientStopsIt() {
    var builder = new GraphBuilder("test");
    Value x = builder.input("x", TensorType.f32(2));
    Value product = Elementwise.MUL.on(builder, x, Compose.stopGradient(builder, x));
    Value loss = Compose.sum(builder, product);
    builder.output("gradient", Differentiate.gradients(builder, loss, List.of(x)).getFirst());
    var result = Interpreter.run(builder.build(), Map.of("x", new double[] {3, -5}));
    assertArrayEquals(new double[] {3, -5}, result.output("gradient"));
  }

  @Test
  void gradientsAgreeWithDifferences() {
    checkGradient((b, x) -> Compose.softmax(b, x, 1));
    checkGradient((b, x) -> Compose.logSoftmax(b, x, 0));
    checkGradient((b, x) -> Compose.logSumExp(b, x, 1));
    checkGradient((b, x) -> Compose.variance(b, x, 1, 0));
    checkGradient((b, x) -> Compose.mean(b, x, 1));
  }

  private static void checkGradient(BiFunction<GraphBuilder, Value, Value> function) {
    BiFunction<GraphBuilder, Value, Value> loss =
        (b, x) -> Compose.sum(b, Elementwise.SIN.on(b, function.apply(b, x)));
    BiFunction<GraphBuilder, Value, Value> gradient =
        (b, x) -> Differentiate.gradients(b, loss.apply(b, x), List.of(x)).getFirst();
    double[] at = {0.3, -1.2, 2, 0.5, 0.25, -0.75};
    double[] actual = rows(gradient, at);
    double[] expected =
        IntStream.range(0, at.length)
            .mapToDouble(i -> {
              double h = 1e-4;
              double[] up = Arrays.copyOf(at, at.length);
              double[] down = Arrays.copyOf(at, at.length);
              up[i] += h;
              down[i] -= h;
              return (rows(loss, up)[0] - rows(loss, down)[0]) / (2 * h);
            })
            .toArray();
    assertArrayEquals(expected, actual, 1e-6);
    assertEquals(at.length, actual.length);
  }
}
