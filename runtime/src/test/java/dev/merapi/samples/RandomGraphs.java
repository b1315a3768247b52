package dev.merapi.samples;

import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import dev.merapi.ops.Elementwise;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Graphs of some thirty nodes drawn at random: maps, views and folds, with much that a compiler
/// can remove (constants, repetitions, views that undo each other, nodes that nobody needs).
public final class RandomGraphs {
  /// A graph and elements for its inputs and parameters.
  public record Bound(Graph graph, Map<String, double[]> bindings) {}

  private static final int NODES = 30;
  private static final int MOST_ELEMENTS = 500;
  private static final ScalarFn X = ScalarFn.arg(0);
  private static final ScalarFn Y = ScalarFn.arg(1);

  /// Functions that change nothing, or have equal terms.
  private static final List<ScalarFn> REDUNDANT =
      List.of(
          X.times(ScalarFn.f32(1)),
          X.plus(ScalarFn.f32(-0.0)),
          X.plus(ScalarFn.f32(0)),
          X.minus(ScalarFn.f32(0)),
          X.negate().negate(),
          X.over(ScalarFn.f32(1)),
          X.times(X).plus(X.times(X)),
          ScalarFn.fma(X, ScalarFn.f32(1), X),
          ScalarFn.bool(true).select(X, X.negate()),
          X.lessThan(ScalarFn.f32(0)).select(X, X));

  private static final List<Elementwise> UNARY =
      List.of(
          Elementwise.NEG,
          Elementwise.ABS,
          Elementwise.TANH,
          Elementwise.SIGMOID,
          Elementwise.RELU,
          Elementwise.SOFTSIGN,
          Elementwise.FLOOR);

  private static final List<ScalarFn> BINARY =
      List.of(X.plus(Y), X.minus(Y), X.times(Y), X.lessThan(Y).select(X, Y), ScalarFn.fma(X, Y, X));

  private final Random random;
  private final GraphBuilder builder = new GraphBuilder("random");
  private final List<Value> values = new ArrayList<>();
  private final Map<String, double[]> bindings = new HashMap<>();

  private RandomGraphs(long seed) {
    random = new Random(seed);
  }

  /// The graph of a seed.
  public static Bound draw(long seed) {
    return new RandomGraphs(seed).draw();
  }

  private Bound draw() {
    bind("a", builder.input("a", TensorType.f32(3, 4)));
    bind("b", builder.input("b", TensorType.f32(2, 3, 4)));
    bind("unused", builder.input("unused", TensorType.f32(5)));
    Value parameter = builder.parameter("w", TensorType.f32(3, 4));
    bind("w", parameter);
    values.add(builder.constant(Literal.of(Shape.of(4), 1.5f, -0.0f, 0.0f, -2)));
    values.add(builder.constant(Literal.splat(DType.F32, Shape.of(3, 4), 1)));
    values.add(builder.constant(0.5));
    for (int i = 0; i < NODES; i++) {
      values.add(step());
    }
    for (int i = 0; i < 3; i++) {
      builder.output("y" + i, values.get(values.size() - 1 - i * 7));
    }
    var candidates = values.stream().filter(each -> each.type().equals(parameter.type())).toList();
    builder.store(parameter, candidates.get(random.nextInt(candidates.size())));
    return new Bound(builder.build(), bindings);
  }

  private void bind(String label, Value value) {
    long elements = value.shape().elements();
    bindings.put(
        label,
        LongStream.range(0, elements).mapToDouble(_ -> (float) random.nextGaussian()).toArray());
    values.add(value);
  }

  private Value any() {
    return values.get(random.nextInt(values.size()));
  }

  private <T> T oneOf(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }

  private Value step() {
    Value x = any();
    return switch (random.nextInt(9)) {
      case 0 -> oneOf(UNARY).on(builder, x);
      case 1 -> builder.map(oneOf(REDUNDANT), x);
      case 2, 3 -> builder.map(oneOf(BINARY), x, partner(x));
      case 4 -> permuted(x);
      case 5 -> builder.add(new View.Reshape(Shape.of(x.shape().elements())), List.of(x)).result();
      case 6 -> resized(x);
      case 7 -> folded(x);
      default -> repeated(x);
    };
  }

  private Value partner(Value x) {
    var same = values.stream().filter(each -> each.type().equals(x.type())).toList();
    return random.nextInt(3) == 0
        ? builder.constant(oneOf(List.of(0.0, 1.0, -0.0, 2.0)))
        : oneOf(same);
  }

  private Value permuted(Value x) {
    var order = new ArrayList<>(IntStream.range(0, x.type().rank()).boxed().toList());
    Collections.shuffle(order, random);
    return builder.add(new View.Permute(order), List.of(x)).result();
  }

  private Value resized(Value x) {
    int rank = x.type().rank();
    if (random.nextBoolean()) {
      var axes = IntStream.range(0, rank).boxed().filter(_ -> random.nextBoolean()).toList();
      return builder.add(new View.Flip(axes), List.of(x)).result();
    }
    var starts = new ArrayList<Long>();
    var sizes = new ArrayList<Dim>();
    var steps = new ArrayList<Long>();
    for (int axis = 0; axis < rank; axis++) {
      long size = x.shape().size(axis);
      long start = size == 0 || random.nextBoolean() ? 0 : random.nextLong(size);
      long step = random.nextLong(1, 3);
      starts.add(start);
      steps.add(step);
      sizes.add(Dim.of(Math.ceilDiv(size - start, step)));
    }
    return builder.slice(x, starts, new Shape(sizes), steps);
  }

  private Value folded(Value x) {
    if (x.type().rank() == 0 || random.nextBoolean()) {
      return builder.map(oneOf(BINARY), x, x);
    }
    Monoid monoid = oneOf(List.of(Monoid.SUM, Monoid.MAX, Monoid.MIN));
    return builder.fold(monoid, x, List.of(random.nextInt(x.type().rank())));
  }

  /// Repeats along a new first axis, or lets a value be followed by itself.
  private Value repeated(Value x) {
    if (x.shape().elements() * 2 > MOST_ELEMENTS) {
      return x;
    }
    if (x.type().rank() > 0 && random.nextBoolean()) {
      return builder.add(new View.Concat(0), List.of(x, x)).result();
    }
    var dims = new ArrayList<>(x.shape().dims());
    dims.addFirst(Dim.of(random.nextLong(1, 3)));
    return builder.broadcast(x, new Shape(dims));
  }
}
