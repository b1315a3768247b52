package dev.merapi.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Custom;
import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Index.Gather;
import dev.merapi.graph.Index.Scatter;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.Op;
import dev.merapi.graph.Reduce.ArgFold;
import dev.merapi.graph.Reduce.Fold;
import dev.merapi.graph.Reduce.Window;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Source.Iota;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import dev.merapi.graph.Vjp;
import dev.merapi.graph.WindowGeometry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class InterpreterTest {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double[] SIX = {1, 2, 3, 4, 5, 6};

  /// The result of an operation on one operand.
  private static double[] run(Op op, TensorType type, double... elements) {
    var builder = new GraphBuilder("one");
    builder.output("y", builder.add(op, List.of(builder.input("x", type))).result());
    return Interpreter.run(builder.build(), Map.of("x", elements)).output("y");
  }

  private static double[] index(
      Op op, TensorType type, double[] x, double[] indices, double... updates) {
    var builder = new GraphBuilder("index").at("net.embedding");
    var operands = new ArrayList<Value>();
    operands.add(builder.input("x", type));
    operands.add(builder.input("i", TensorType.i32(indices.length)));
    if (op instanceof Scatter) {
      operands.add(builder.input("u", TensorType.f32(updates.length)));
    }
    builder.output("y", builder.add(op, operands).result());
    var bindings = Map.of("x", x, "i", indices, "u", updates);
    return Interpreter.run(builder.build(), bindings).output("y");
  }

  @Test
  void rearranges() {
    TensorType matrix = TensorType.f32(2, 3);
    assertArrayEquals(
        new double[] {1, 4, 2, 5, 3, 6}, run(new View.Permute(List.of(1, 0)), matrix, SIX));
    assertArrayEquals(new double[] {3, 2, 1, 6, 5, 4}, run(new View.Flip(List.of(1)), matrix, SIX));
    assertArrayEquals(
        new double[] {4, 6},
        run(new View.Slice(List.of(1L, 0L), Shape.of(1, 2), List.of(1L, 2L)), matrix, SIX));
    assertArrayEquals(
        new double[] {1, 1, 2, 2, 1, 1, 2, 2},
        run(new View.Broadcast(Shape.of(2, 2, 2), List.of(1, 2)), TensorType.f32(2, 1), 1, 2));
  }

  @Test
  void padsAroundAndBetween() {
    var pad =
        new View.Pad(
            List.of(Dim.of(1)),
            List.of(Dim.of(2)),
            List.of(1L),
            Literal.splat(DType.F32, Shape.SCALAR, 9));
    assertArrayEquals(new double[] {9, 1, 9, 2, 9, 3, 9, 9}, run(pad, TensorType.f32(3), 1, 2, 3));
    assertArrayEquals(new double[] {9, 9, 9}, run(pad, TensorType.f32(0)));
  }

  @Test
  void countsAlongAnAxis() {
    var builder = new GraphBuilder("iota");
    builder.output("y", builder.add(new Iota(TensorType.i32(2, 3), 1), List.of()).result());
    assertArrayEquals(
        new double[] {0, 1, 2, 0, 1, 2}, Interpreter.run(builder.build(), Map.of()).output("y"));
  }

  @Test
  void foldsNothingToTheNeutralElement() {
    TensorType none = TensorType.f32(0, 2);
    assertArrayEquals(new double[2], run(new Fold(Monoid.SUM, List.of(0)), none));
    assertArrayEquals(new double[] {-INF, -INF}, run(new Fold(Monoid.MAX, List.of(0)), none));
    assertArrayEquals(
        new double[] {Integer.MAX_VALUE}, run(new Fold(Monoid.MIN, List.of(0)), TensorType.i32(0)));
  }

  @Test
  void foldsIntegersModuloTwoToThe32() {
    double big = Integer.MAX_VALUE;
    assertArrayEquals(
        new double[] {Integer.MIN_VALUE},
        run(new Fold(Monoid.SUM, List.of(0)), TensorType.i32(2), big, 1));
  }

  @Test
  void theFirstExtremeWinsAndNanIsOne() {
    var largest = new ArgFold(Monoid.MAX, 1);
    TensorType type = TensorType.f32(4, 3);
    double[] x = {1, 3, 3, NAN, INF, NAN, 0, NAN, 9, -INF, -INF, -INF};
    assertArrayEquals(new double[] {1, 0, 1, 0}, run(largest, type, x));
    assertArrayEquals(
        new double[] {1}, run(new ArgFold(Monoid.MIN, 0), TensorType.f32(4), 5, -1, -1, 5));
    assertArrayEquals(
        new double[] {NAN}, run(new Fold(Monoid.MAX, List.of(0)), TensorType.f32(3), 1, NAN, INF));
  }

  @Test
  void paddingOfAWindowIsTheNeutralElement() {
    var geometry = WindowGeometry.of(List.of(2L), List.of(2L), List.of(1L));
    TensorType type = TensorType.f32(1, 1, 4);
    assertArrayEquals(
        new double[] {-3, -1, -4}, run(new Window(Monoid.MAX, geometry), type, -3, -2, -1, -4));
    assertArrayEquals(
        new double[] {-3, -3, -4}, run(new Window(Monoid.SUM, geometry), type, -3, -2, -1, -4));
    assertArrayEquals(
        new double[] {-3, -2, -4}, run(new Window(Monoid.MIN, geometry), type, -3, -2, -1, -4));
  }

  @Test
  void equalIndicesAddUp() {
    assertArrayEquals(
        new double[] {1, 42, 3},
        index(
            new Scatter(0, 0),
            TensorType.f32(3),
            new double[] {1, 2, 3},
            new double[] {1, 1},
            10,
            30));
  }

  @Test
  void indicesOutsideTheirAxisAreNamed() {
    for (double outside : new double[] {-1, 3, Integer.MAX_VALUE}) {
      MerapiException error =
          assertThrows(
              MerapiException.class,
              () ->
                  index(
                      new Gather(0, 0),
                      TensorType.f32(3),
                      new double[3],
                      new double[] {0, outside}));
      assertEquals(Kind.INDEX, error.kind());
      assertEquals("net.embedding", error.place());
      assertTrue(
          error.getMessage().contains("operand=1, index=" + (int) outside + ", range=[0,3)"),
          error.getMessage());
    }
  }

  @Test
  void givesTheNextStateBesideTheOutputs() {
    var builder = new GraphBuilder("step");
    Value weight = builder.parameter("w", TensorType.f32(2));
    Value next = builder.map(ScalarFn.arg(0).times(ScalarFn.f32(0.5)), weight);
    builder.store(weight, next);
    builder.output("before", weight);
    var result = Interpreter.run(builder.build(), Map.of("w", new double[] {4, 6}));
    assertArrayEquals(new double[] {4, 6}, result.output("before"));
    assertArrayEquals(new double[] {2, 3}, result.state().get("w"));
  }

  @Test
  void leavesTheBindingsAlone() {
    var builder = new GraphBuilder("same");
    builder.output("y", builder.input("x", TensorType.f32(1)));
    double[] x = {1};
    Interpreter.run(builder.build(), Map.of("x", x)).output("y")[0] = 5;
    assertEquals(1, x[0]);
  }

  @Test
  void wrongBindingsAreErrors() {
    Op flip = new View.Flip(List.of(0));
    assertEquals(Kind.SHAPE, kind(() -> run(flip, TensorType.f32(2), 1)));
    assertEquals(Kind.ARGUMENT, kind(() -> run(flip, TensorType.i32(1), 0.5)));
    assertEquals(Kind.ARGUMENT, kind(() -> run(flip, TensorType.bool(1), 2)));
    assertEquals(Kind.UNBOUND_SIZE, kind(() -> run(flip, TensorType.f32("N"), 1)));
    var builder = new GraphBuilder("unbound");
    builder.input("x", TensorType.f32());
    assertEquals(Kind.ARGUMENT, kind(() -> Interpreter.run(builder.build(), Map.of())));
  }

  @Test
  void anUnknownOutputIsAnError() {
    var result = Interpreter.run(new GraphBuilder("empty").build(), Map.of());
    assertEquals(Kind.ARGUMENT, kind(() -> result.output("y")));
  }

  @Test
  void resultsOfACustomOperationMustFit() {
    assertEquals(Kind.SHAPE, kind(() -> run(new TooLong(), TensorType.f32(2), 1, 2)));
  }

  private static Kind kind(Executable action) {
    return assertThrows(MerapiException.class, action).kind();
  }

  /// Says that it returns what it takes, and returns one element more.
  private record TooLong() implements Custom {
    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      return operands;
    }

    @Override
    public List<double[]> evaluate(List<double[]> operands, List<TensorType> operandTypes) {
      return List.of(new double[operands.getFirst().length + 1]);
    }

    @Override
    public void vjp(Vjp context) {}

    @Override
    public String name() {
      return "tooLong";
    }
  }
}
