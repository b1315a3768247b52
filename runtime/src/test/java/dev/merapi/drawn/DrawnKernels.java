package dev.merapi.drawn;

import dev.merapi.graph.Contract;
import dev.merapi.graph.DType;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import dev.merapi.ops.Elementwise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Draws graphs of more maps of more operands than a kernel takes, with sums and products between
/// them. Some operands are read through a view: what is computed at other points. Elements stay
/// between -2 and 2.
public final class DrawnKernels {
  private static final ScalarFn X = ScalarFn.arg(0);
  private static final ScalarFn Y = ScalarFn.arg(1);
  private static final ScalarFn HALF = ScalarFn.f32(0.5);
  private static final List<Integer> EXTENTS = List.of(1, 3, 4, 7, 16, 33, 70);
  private static final List<Integer> TURNED = List.of(1, 0);
  private static final List<List<Integer>> AXES = List.of(List.of(0), List.of(1), List.of(0, 1));

  /// How many operands there are to one that is read through a view.
  private static final int READ_THROUGH_A_VIEW = 16;

  private static final List<ScalarFn> OF_TWO =
      List.of(
          X.plus(Y).times(HALF),
          X.minus(Y).times(HALF),
          X.times(Y).times(HALF),
          ScalarFn.apply(ScalarPrimitive.MIN, X, Y),
          X.lessThan(Y).select(X, Y));

  private static final List<ScalarFn> OF_ONE =
      List.of(
          Elementwise.TANH.body(DType.F32),
          Elementwise.SIGMOID.body(DType.F32),
          Elementwise.SOFTSIGN.body(DType.F32),
          X.times(HALF).plus(ScalarFn.f32(0.25)));

  private final Random random;
  private final GraphBuilder builder = new GraphBuilder("kernels");
  private final Map<String, double[]> bindings = new LinkedHashMap<>();
  private final List<Value> values = new ArrayList<>();
  private final Shape shape;

  private DrawnKernels(long seed) {
    random = new Random(seed * 0x9E3779B97F4A7C15L);
    shape = Shape.of(oneOf(EXTENTS), oneOf(EXTENTS));
  }

  /// The graph of a seed.
  public static Drawn draw(long seed) {
    return new DrawnKernels(seed).draw();
  }

  private Drawn draw() {
    List<Value> given = new ArrayList<>();
    for (int i = 2 + random.nextInt(24); i > 0; i--) {
      given.add(source(shape));
    }
    values.addAll(given);
    for (int i = 10 + random.nextInt(60); i > 0; i--) {
      values.add(step());
    }
    builder.output("last", values.getLast());
    for (int i = random.nextInt(3); i > 0; i--) {
      builder.output("y" + i, any());
    }
    for (Value parameter : builder.build().parameters().values()) {
      if (parameter.shape().equals(shape) && random.nextInt(3) == 0) {
        builder.store(parameter, any());
      }
    }
    return new Drawn(builder.build(), Map.of(), bindings);
  }

  private Value step() {
    return switch (random.nextInt(30)) {
      case 0 -> summed(oneOf(List.of(0, 1)));
      case 1 -> builder.map(X.times(ScalarFn.f32(0.02)), product());
      case 2, 3, 4 -> builder.map(oneOf(OF_ONE), operand());
      default -> builder.map(oneOf(OF_TWO), operand(), operand());
    };
  }

  private Value operand() {
    return random.nextInt(READ_THROUGH_A_VIEW) == 0 ? view(any()) : any();
  }

  /// A view of the same shape.
  private Value view(Value x) {
    long rows = shape.size(0);
    long columns = shape.size(1);
    return switch (random.nextInt(5)) {
      case 0 -> builder.add(new View.Flip(oneOf(AXES)), List.of(x)).result();
      case 1 -> {
        Value row = slice(x, random.nextLong(rows), 0, Shape.of(1, columns));
        yield builder.broadcast(row, shape);
      }
      case 2 -> {
        Value column = slice(x, 0, random.nextLong(columns), Shape.of(rows, 1));
        yield builder.broadcast(column, shape);
      }
      case 3 -> builder.reshape(builder.permute(x, TURNED), shape);
      default -> builder.permute(builder.reshape(x, Shape.of(columns, rows)), TURNED);
    };
  }

  private Value slice(Value x, long row, long column, Shape sizes) {
    return builder.slice(x, List.of(row, column), sizes, List.of(1L, 1L));
  }

  /// The mean over an axis, in all places of it.
  private Value summed(int axis) {
    Value sum = builder.fold(Monoid.SUM, any(), List.of(axis));
    Value mean = builder.map(X.times(ScalarFn.f32(1.0 / shape.size(axis))), sum);
    return builder.unfold(mean, shape, List.of(axis));
  }

  private Value product() {
    long columns = shape.size(1);
    return builder.dot(Contract.Dot.matrix(), any(), source(Shape.of(columns, columns)));
  }

  /// A late one more likely.
  private Value any() {
    return values.get(Math.max(random.nextInt(values.size()), random.nextInt(values.size())));
  }

  private <T> T oneOf(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }

  private Value source(Shape of) {
    String label = "p" + bindings.size();
    double[] elements = new double[Math.toIntExact(of.elements())];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = random.nextFloat() * 2 - 1;
    }
    bindings.put(label, elements);
    TensorType type = new TensorType(DType.F32, of);
    return random.nextInt(4) == 0 ? builder.input(label, type) : builder.parameter(label, type);
  }
}
