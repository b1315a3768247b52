package dev.merapi.drawn;

import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Literal;
import dev.merapi.graph.MapOp;
import dev.merapi.graph.Op;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Source;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.graph.ValueMap;
import dev.merapi.reference.Interpreter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;

/// A graph while it is being drawn. What each value holds is known at once, so that the next
/// operation can be one that makes sense there: indices within their range, products that do not
/// grow beyond what `f32` holds exactly.
final class Draft {
  /// The kind of numbers in a graph.
  enum Numbers {
    /// Small integers, whose sums are the same in any order.
    INTEGERS,
    /// Normally distributed.
    REALS
  }

  static final int MOST_ELEMENTS = 700;

  private static final double LARGE = 40;

  /// Ones and primes, and the neighbours of the widths of vectors; ones more often.
  private static final List<Integer> EXTENTS =
      List.of(1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 5, 5, 7, 7, 8, 9, 11, 13, 15, 16, 17, 31, 33);

  private static final ScalarFn X = ScalarFn.arg(0);

  final Random random;
  final GraphBuilder builder = new GraphBuilder("drawn");
  final Numbers numbers;
  final Map<String, Long> sizes = new HashMap<>();
  final Map<String, double[]> bindings = new LinkedHashMap<>();
  final List<Value> values = new ArrayList<>();
  private final ValueMap<double[]> data = new ValueMap<>();

  Draft(Random random) {
    this.random = random;
    numbers = oneIn(4) ? Numbers.REALS : Numbers.INTEGERS;
    if (oneIn(4)) {
      sizes.put("N", (long) oneOf(EXTENTS));
    }
  }

  boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  /// From `least` to `most`, both included.
  int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  <T> T oneOf(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }

  /// A size of an axis.
  Dim extent() {
    if (!sizes.isEmpty() && oneIn(4)) {
      return Dim.symbol("N");
    }
    return oneIn(120) ? Dim.of(0) : Dim.of(oneOf(EXTENTS));
  }

  /// Sizes of as many axes, all together of no more elements than that.
  Shape shape(int rank, long most) {
    var dims = new ArrayList<Dim>();
    long left = most;
    for (int axis = 0; axis < rank; axis++) {
      Dim dim = extent();
      if (size(dim) > left) {
        dim = Dim.of(1);
      }
      left /= Math.max(1, size(dim));
      dims.add(dim);
    }
    return new Shape(dims);
  }

  long size(Dim dim) {
    return dim.bind(sizes).value();
  }

  long elements(Shape shape) {
    return shape.bind(sizes).elements();
  }

  double[] data(Value value) {
    return data.get(value);
  }

  /// Adds an operation and computes what it gives.
  Value add(Op op, List<Value> operands) {
    var one = new GraphBuilder("one");
    var inputs = new ArrayList<Value>();
    var feed = new HashMap<String, double[]>();
    for (int i = 0; i < operands.size(); i++) {
      inputs.add(one.input("i" + i, operands.get(i).type().bind(sizes)));
      feed.put("i" + i, data(operands.get(i)));
    }
    var results = builder.add(op, operands).results();
    var bound = one.add(op.bind(sizes), inputs).results();
    for (int i = 0; i < results.size(); i++) {
      one.output("o" + i, bound.get(i));
    }
    var computed = Interpreter.run(one.build(), feed);
    for (int i = 0; i < results.size(); i++) {
      know(results.get(i), computed.output("o" + i));
    }
    return results.getFirst();
  }

  Value add(Op op, Value... operands) {
    return add(op, List.of(operands));
  }

  Value map(ScalarFn fn, Value... operands) {
    return add(new MapOp(fn), List.of(operands));
  }

  private void know(Value value, double[] elements) {
    data.put(value, elements);
    values.add(value);
  }

  /// A value that is there already, a late one more likely; a new one if none is such.
  Value any(Predicate<Value> such) {
    var found = values.stream().filter(such).toList();
    if (found.isEmpty() || oneIn(20)) {
      return source(DType.F32, shape(between(0, 4), 300));
    }
    return found.get(Math.max(random.nextInt(found.size()), random.nextInt(found.size())));
  }

  /// An `f32` value that is there already, brought back to small numbers if it has large ones.
  Value number() {
    return tame(any(value -> value.dtype().isFloat()));
  }

  /// The value, or small numbers made of it.
  Value tame(Value value) {
    double most = Arrays.stream(data(value)).map(Math::abs).max().orElse(0);
    if (most <= LARGE) {
      return value;
    }
    ScalarFn rest = X.minus(floor(X.times(ScalarFn.f32(0.125))).times(ScalarFn.f32(8)));
    ScalarFn held = min(max(X, ScalarFn.f32(-2)), ScalarFn.f32(3));
    boolean finite = Double.isFinite(most);
    return map(numbers == Numbers.INTEGERS && finite && oneIn(2) ? rest : held, value);
  }

  private static ScalarFn floor(ScalarFn x) {
    return ScalarFn.apply(dev.merapi.graph.ScalarPrimitive.FLOOR, x);
  }

  private static ScalarFn min(ScalarFn x, ScalarFn y) {
    return ScalarFn.apply(dev.merapi.graph.ScalarPrimitive.MIN, x, y);
  }

  private static ScalarFn max(ScalarFn x, ScalarFn y) {
    return ScalarFn.apply(dev.merapi.graph.ScalarPrimitive.MAX, x, y);
  }

  /// A new input, parameter or constant.
  Value source(DType type, Shape shape) {
    int count = Math.toIntExact(elements(shape));
    double[] elements = new double[count];
    Arrays.setAll(elements, _ -> element(type));
    boolean constant = shape.isConstant();
    return switch (between(0, constant ? 9 : 5)) {
      case 0 -> splat(type, shape);
      case 1 -> counted(type, shape);
      case 6 -> constant ? literal(type, shape, elements) : input(type, shape, elements);
      case 7, 8, 9 -> parameter(type, shape, elements);
      default -> input(type, shape, elements);
    };
  }

  private double element(DType type) {
    return switch (type) {
      case F32 ->
          numbers == Numbers.INTEGERS ? between(-3, 3) : (double) (float) random.nextGaussian();
      case I32 -> between(-5, 5);
      case BOOL -> between(0, 1);
    };
  }

  private Value splat(DType type, Shape shape) {
    Literal literal = Literal.splat(type, shape, element(type));
    return known(new Source.Constant(literal));
  }

  private Value counted(DType type, Shape shape) {
    if (type == DType.BOOL || shape.rank() == 0) {
      return splat(type, shape);
    }
    return known(new Source.Iota(new TensorType(type, shape), random.nextInt(shape.rank())));
  }

  private Value known(Source source) {
    return add(source, List.of());
  }

  private Value literal(DType type, Shape shape, double[] elements) {
    int[] bits =
        Arrays.stream(elements)
            .mapToInt(
                each -> type == DType.F32 ? Float.floatToRawIntBits((float) each) : (int) each)
            .toArray();
    return known(new Source.Constant(Literal.ofBits(new TensorType(type, shape), bits)));
  }

  private Value input(DType type, Shape shape, double[] elements) {
    String label = "x" + bindings.size();
    bindings.put(label, elements);
    Value value = builder.input(label, new TensorType(type, shape));
    know(value, elements);
    return value;
  }

  private Value parameter(DType type, Shape shape, double[] elements) {
    String label = "p" + bindings.size();
    bindings.put(label, elements);
    Value value = builder.parameter(label, new TensorType(type, shape));
    know(value, elements);
    return value;
  }

  /// New indices below a limit.
  Value indices(Shape shape, long limit) {
    double[] elements = new double[Math.toIntExact(elements(shape))];
    Arrays.setAll(elements, _ -> random.nextInt(Math.toIntExact(limit)));
    return shape.isConstant() && oneIn(3)
        ? literal(DType.I32, shape, elements)
        : input(DType.I32, shape, elements);
  }
}
