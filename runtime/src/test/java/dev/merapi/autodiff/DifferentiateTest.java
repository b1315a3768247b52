package dev.merapi.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Contract;
import dev.merapi.graph.Custom;
import dev.merapi.graph.DType;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.Node;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.graph.Vjp;
import dev.merapi.ops.Elementwise;
import dev.merapi.reference.Interpreter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DifferentiateTest {
  private final GraphBuilder builder = new GraphBuilder("test");

  private Value sum(Value value) {
    return builder.fold(Monoid.SUM, value, List.of(0));
  }

  private double[] run(Value output, Map<String, double[]> bindings) {
    builder.output("y", output);
    return Interpreter.run(builder.build(), bindings).output("y");
  }

  private Value gradient(Value loss, Value wanted) {
    return Differentiate.gradients(builder, loss, List.of(wanted)).getFirst();
  }

  @Test
  void contributionsOfSeveralUsersAddUp() {
    Value x = builder.input("x", TensorType.f32(2));
    Value square = Elementwise.MUL.on(builder, x, x);
    Value loss = sum(Elementwise.ADD.on(builder, square, x));
    double[] expected = {7, -3};
    assertArrayEquals(expected, run(gradient(loss, x), Map.of("x", new double[] {3, -2})));
  }

  @Test
  void zerosWhereTheLossDoesNotDependOnAValue() {
    Value x = builder.input("x", TensorType.f32(2));
    Value other = builder.input("other", TensorType.f32(3));
    double[] gradient =
        run(gradient(sum(x), other), Map.of("x", new double[2], "other", new double[3]));
    assertArrayEquals(new double[3], gradient);
  }

  @Test
  void intermediateValuesAndTheLossItselfMayBeWanted() {
    Value x = builder.input("x", TensorType.f32(2));
    Value tripled = builder.map(ScalarFn.arg(0).times(ScalarFn.f32(3)), x);
    Value loss = sum(Elementwise.SQUARE.on(builder, tripled));
    List<Value> gradients = Differentiate.gradients(builder, loss, List.of(loss, tripled, x));
    var bindings = Map.of("x", new double[] {1, 2});
    builder.output("byLoss", gradients.get(0));
    builder.output("byTripled", gradients.get(1));
    builder.output("byX", gradients.get(2));
    var result = Interpreter.run(builder.build(), bindings);
    assertArrayEquals(new double[] {1}, result.output("byLoss"));
    assertArrayEquals(new double[] {6, 12}, result.output("byTripled"));
    assertArrayEquals(new double[] {18, 36}, result.output("byX"));
  }

  @Test
  void thirdDerivativesAreDerivativesOfDerivatives() {
    Value x = builder.input("x", TensorType.f32(1));
    Value fourth = Elementwise.SQUARE.on(builder, Elementwise.SQUARE.on(builder, x));
    Value first = gradient(sum(fourth), x);
    Value second = gradient(sum(first), x);
    Value third = gradient(sum(second), x);
    assertArrayEquals(new double[] {24 * 1.5}, run(third, Map.of("x", new double[] {1.5})));
  }

  @Test
  void nothingFlowsThroughIntegers() {
    Value x = builder.input("x", TensorType.f32(3));
    Value index = builder.add(new Reduce.ArgFold(Monoid.MAX, 0), List.of(x)).result();
    Value loss = Elementwise.TO_F32.on(builder, index);
    int before = builder.nodes().size();
    Value gradient = gradient(loss, x);
    assertEquals(2, builder.nodes().size() - before, "the seed and the zeros");
    assertArrayEquals(new double[3], run(gradient, Map.of("x", new double[] {1, 3, 2})));
  }

  @Test
  void onlyWhatLiesBetweenIsDifferentiated() {
    Value image = builder.input("image", TensorType.f32(4, 3));
    Value weight = builder.parameter("weight", TensorType.f32(3, 2));
    Value y = builder.dot(Contract.Dot.matrix(), image, weight);
    Value loss = builder.fold(Monoid.SUM, y, List.of(0, 1));
    gradient(loss, weight);
    long dots = builder.nodes().stream().filter(node -> node.op() instanceof Contract.Dot).count();
    assertEquals(2, dots, "the forward one and that of the weight, none of the image");
  }

  @Test
  void addingAddsNoNodesToTheGradient() {
    Value x = builder.input("x", TensorType.f32());
    Value y = builder.input("y", TensorType.f32());
    Value loss = Elementwise.ADD.on(builder, x, y);
    int before = builder.nodes().size();
    Differentiate.gradients(builder, loss, List.of(x, y));
    assertEquals(1, builder.nodes().size() - before, "the seed");
  }

  @Test
  void gradientNodesNameThePlaceOfTheirForwardNode() {
    Value x = builder.at("net").input("x", TensorType.f32(2));
    Value y = Elementwise.TANH.on(builder.at("net.tanh"), x);
    Value loss = sum(y);
    builder.at("train");
    int before = builder.nodes().size();
    gradient(loss, x);
    var paths = builder.nodes().stream().skip(before).map(Node::path).distinct().toList();
    assertEquals(List.of("train", "net.tanh/grad"), paths);
    assertEquals("train", builder.path());
  }

  @Test
  void anInfiniteGradientDoesNotLeakWhereReluIsOff() {
    Value x = builder.input("x", TensorType.f32(2));
    Value root = Elementwise.SQRT.on(builder, Elementwise.RELU.on(builder, x));
    assertArrayEquals(
        new double[] {0, 0.25}, run(gradient(sum(root), x), Map.of("x", new double[] {-1, 4})));
  }

  @Test
  void theMaximumSharesItsGradientAmongEquals() {
    Value x = builder.input("x", TensorType.f32(4));
    Value loss = builder.fold(Monoid.MAX, x, List.of(0));
    double[] gradient = run(gradient(loss, x), Map.of("x", new double[] {1, 3, 3, 2}));
    assertArrayEquals(new double[] {0, 0.5, 0.5, 0}, gradient);
  }

  @Test
  void symbolicSizesAreDifferentiatedBeforeTheyAreBound() {
    Value x = builder.input("x", TensorType.f32("N", 3));
    Value w = builder.parameter("w", TensorType.f32(3, 2));
    Value b = builder.parameter("b", TensorType.f32(2));
    Value y = builder.dot(Contract.Dot.matrix(), x, w);
    Value biased = Elementwise.ADD.on(builder, y, b);
    Value loss = builder.fold(Monoid.SUM, biased, List.of(0, 1));
    builder.output("db", gradient(loss, b));
    var graph = builder.build().bind(Map.of("N", 5L));
    var bindings = Map.of("x", new double[15], "w", new double[6], "b", new double[2]);
    assertArrayEquals(new double[] {5, 5}, Interpreter.run(graph, bindings).output("db"));
  }

  @Test
  void aLossThatIsNoFloatScalarIsAnError() {
    Value vector = builder.at("net").input("x", TensorType.f32(2));
    Value count = builder.input("n", TensorType.i32());
    for (Value loss : List.of(vector, count)) {
      MerapiException error = assertThrows(MerapiException.class, () -> gradient(loss, vector));
      assertEquals(Kind.TRACE, error.kind());
      assertEquals("net", error.place());
    }
  }

  @Test
  void aWantedIntegerIsAnError() {
    Value x = builder.input("x", TensorType.f32());
    Value count = builder.input("n", TensorType.i32());
    assertEquals(Kind.TRACE, assertThrows(MerapiException.class, () -> gradient(x, count)).kind());
  }

  @Test
  void aGradientOfAnotherTypeIsAnErrorAtThePlaceOfTheOperation() {
    Value x = builder.at("net.own").input("x", TensorType.f32(2));
    Value y = builder.add(new WrongGradient(), List.of(x)).result();
    Value loss = sum(y);
    MerapiException error = assertThrows(MerapiException.class, () -> gradient(loss, x));
    assertEquals(Kind.SHAPE, error.kind());
    assertEquals("net.own", error.place());
  }

  private record WrongGradient() implements Custom {
    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      return operands;
    }

    @Override
    public List<double[]> evaluate(List<double[]> operands, List<TensorType> operandTypes) {
      return operands;
    }

    @Override
    public void vjp(Vjp context) {
      var scalar = Literal.splat(DType.F32, Shape.SCALAR, 1);
      context.give(0, context.builder().constant(scalar));
    }

    @Override
    public String name() {
      return "wrongGradient";
    }
  }
}
