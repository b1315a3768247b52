package dev.merapi.ops;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Literal;
import dev.merapi.graph.MapOp;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.Node;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.ScalarPrimitive;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Source;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/// Functions composed of operations of the graph: they have names here and nowhere else, so that
/// gradients, fusion and backends need to know nothing of them.
///
/// An axis may be given from the back: -1 is the last one.
public final class Compose {
  private static final ScalarFn BATCH_VARIANCE = Terms.X.over(Terms.max(Terms.Y, Terms.ONE));

  private Compose() {}

  /// The sum along some axes, which disappear.
  public static Value sum(GraphBuilder builder, Value x, int... axes) {
    return builder.fold(Monoid.SUM, x, axes(x, axes));
  }

  /// The largest element along some axes, which disappear; NaN if one is NaN.
  public static Value max(GraphBuilder builder, Value x, int... axes) {
    return builder.fold(Monoid.MAX, x, axes(x, axes));
  }

  /// The smallest element along some axes, which disappear; NaN if one is NaN.
  public static Value min(GraphBuilder builder, Value x, int... axes) {
    return builder.fold(Monoid.MIN, x, axes(x, axes));
  }

  /// The mean along some axes, which disappear. The mean of nothing is NaN, as in PyTorch.
  public static Value mean(GraphBuilder builder, Value x, int... axes) {
    requireF32("mean", builder, x);
    return perElement(builder, sum(builder, x, axes), x, axes(x, axes), 0);
  }

  /// The variance along some axes, which disappear: the mean square of what differs from the mean.
  ///
  /// @param correction taken off the number of elements: 0 for the population's variance (batch
  ///   norm's), 1 for the unbiased estimate (PyTorch's default)
  public static Value variance(GraphBuilder builder, Value x, int correction, int... axes) {
    List<Integer> all = axes(x, axes);
    Value mean = builder.unfold(mean(builder, x, axes), x.shape(), all);
    Value square = Elementwise.SQUARE.on(builder, Elementwise.SUB.on(builder, x, mean));
    return perElement(builder, builder.fold(Monoid.SUM, square, all), x, all, correction);
  }

  /// The mean square along some axes, as the variance of centred numbers of which there have to be
  /// two or more: where sizes are bound, [#batchCount] tells how many there are.
  public static Value batchVariance(GraphBuilder builder, Value centred, int... axes) {
    Value squares =
        builder.fold(Monoid.SUM, Elementwise.SQUARE.on(builder, centred), axes(centred, axes));
    var counted = new Shape(axes(centred, axes).stream().map(centred.shape()::dim).toList());
    return builder.map(BATCH_VARIANCE, squares, count(builder, counted));
  }

  /// How many numbers a node of [#batchVariance] takes the mean of; empty for any other node.
  ///
  /// @param producers of a graph whose sizes are bound
  public static OptionalLong batchCount(Node node, Map<Value, Node> producers) {
    if (!(node.op() instanceof MapOp(ScalarFn fn)) || !fn.equals(BATCH_VARIANCE)) {
      return OptionalLong.empty();
    }
    Node count = producers.get(node.operands().getLast());
    while (count != null && count.op() instanceof View.Broadcast) {
      count = producers.get(count.operands().getFirst());
    }
    if (count != null && count.op() instanceof Source.Constant(Literal literal)) {
      return OptionalLong.of((long) literal.value(0));
    }
    return count != null && count.op() instanceof Reduce.Fold
        ? OptionalLong.of(count.operands().getFirst().shape().elements())
        : OptionalLong.empty();
  }

  /// The unbiased estimate of a variance, from the mean square of what differs from the mean along
  /// some axes of `x`: times `n / (n - 1)`. Of a single element both are zero.
  public static Value unbiased(GraphBuilder builder, Value variance, Value x, int... axes) {
    var counted = new Shape(axes(x, axes).stream().map(x.shape()::dim).toList());
    ScalarFn others = Terms.max(Terms.Y.minus(Terms.ONE), Terms.ONE);
    return builder.map(Terms.X.times(Terms.Y.over(others)), variance, count(builder, counted));
  }

  /// `exp(x)` divided by its sum along an axis; the largest element is taken off first, so that
  /// nothing overflows.
  public static Value softmax(GraphBuilder builder, Value x, int axis) {
    requireF32("softmax", builder, x);
    List<Integer> axes = List.of(x.shape().axis(axis));
    Value exp = Elementwise.EXP.on(builder, shifted(builder, x, axes));
    Value sum = builder.unfold(builder.fold(Monoid.SUM, exp, axes), x.shape(), axes);
    return Elementwise.DIV.on(builder, exp, sum);
  }

  /// `log(softmax(x))`, without the loss of digits.
  public static Value logSoftmax(GraphBuilder builder, Value x, int axis) {
    requireF32("logSoftmax", builder, x);
    List<Integer> axes = List.of(x.shape().axis(axis));
    Value shifted = shifted(builder, x, axes);
    Value exp = Elementwise.EXP.on(builder, shifted);
    Value log = Elementwise.LOG.on(builder, builder.fold(Monoid.SUM, exp, axes));
    return Elementwise.SUB.on(builder, shifted, builder.unfold(log, x.shape(), axes));
  }

  /// The logarithm of the sum of `exp(x)` along an axis, which disappears.
  public static Value logSumExp(GraphBuilder builder, Value x, int axis) {
    requireF32("logSumExp", builder, x);
    List<Integer> axes = List.of(x.shape().axis(axis));
    // an infinity taken off an infinity would be NaN, so infinities are replaced by 0
    ScalarFn infinite = Terms.abs(Terms.X).equalTo(Terms.num(Double.POSITIVE_INFINITY));
    ScalarFn finite = infinite.select(Terms.ZERO, Terms.X);
    Value largest = builder.map(finite, largest(builder, x, axes));
    Value spread = builder.unfold(largest, x.shape(), axes);
    Value exp = Elementwise.EXP.on(builder, Elementwise.SUB.on(builder, x, spread));
    Value log = Elementwise.LOG.on(builder, builder.fold(Monoid.SUM, exp, axes));
    return Elementwise.ADD.on(builder, log, largest);
  }

  private static Value shifted(GraphBuilder builder, Value x, List<Integer> axes) {
    Value spread = builder.unfold(largest(builder, x, axes), x.shape(), axes);
    return Elementwise.SUB.on(builder, x, spread);
  }

  /// The result of a softmax does not depend on what is taken off its operand, so no gradient is
  /// sent there.
  private static Value largest(GraphBuilder builder, Value x, List<Integer> axes) {
    return stopGradient(builder, builder.fold(Monoid.MAX, x, axes));
  }

  /// The same `f32`s, through which no gradient flows: bits have none.
  public static Value stopGradient(GraphBuilder builder, Value x) {
    ScalarFn bits = ScalarFn.apply(ScalarPrimitive.BITS, Terms.X);
    return builder.map(ScalarFn.apply(ScalarPrimitive.FROM_BITS, bits), x);
  }

  /// Class indices as rows of zeros with a one: `i32[dims...]` gives `f32[dims...,classes]`. An
  /// index outside `[0, classes)` gives a row of zeros.
  public static Value oneHot(GraphBuilder builder, Value indices, long classes) {
    if (indices.dtype() != DType.I32) {
      throw MerapiException.of(Kind.SHAPE, "oneHot: takes i32 indices")
          .with("operand", indices.type())
          .at(builder.path())
          .hint("convert with toI32");
    }
    var dims = new ArrayList<>(indices.shape().dims());
    dims.add(Dim.of(classes));
    var target = new Shape(dims);
    int last = target.rank() - 1;
    Value spread = builder.unfold(indices, target, List.of(last));
    Value index = iota(builder, new TensorType(DType.I32, target), last);
    ScalarFn hit = ScalarFn.arg(0, DType.I32).equalTo(ScalarFn.arg(1, DType.I32));
    return builder.map(hit.select(Terms.ONE, Terms.ZERO), spread, index);
  }

  /// The index of each element along an axis.
  public static Value iota(GraphBuilder builder, TensorType type, int axis) {
    return builder.add(new Source.Iota(type, axis), List.of()).result();
  }

  /// The index (`i32`) of the first largest element along an axis, which disappears.
  public static Value argMax(GraphBuilder builder, Value x, int axis) {
    var fold = new Reduce.ArgFold(Monoid.MAX, x.shape().axis(axis));
    return builder.add(fold, List.of(x)).result();
  }

  /// A sum along some axes of `x`, divided by the number of elements there less the correction.
  private static Value perElement(
      GraphBuilder builder, Value sum, Value x, List<Integer> axes, int correction) {
    var counted = new Shape(axes.stream().map(x.shape()::dim).toList());
    if (counted.isConstant()) {
      double count = Math.max(0, counted.elements() - correction);
      return builder.map(Terms.X.over(Terms.num(count)), sum);
    }
    Value count = count(builder, counted);
    ScalarFn less = Terms.max(Terms.Y.minus(Terms.num(correction)), Terms.ZERO);
    return builder.map(Terms.X.over(correction == 0 ? Terms.Y : less), sum, count);
  }

  /// The number of elements of a shape. A symbolic size is not a value of the graph: ones of that
  /// shape are added up.
  private static Value count(GraphBuilder builder, Shape shape) {
    return shape.isConstant()
        ? builder.constant(shape.elements())
        : sum(builder, builder.constant(Literal.splat(DType.F32, shape, 1)));
  }

  private static void requireF32(String name, GraphBuilder builder, Value x) {
    if (x.dtype() != DType.F32) {
      throw MerapiException.of(Kind.SHAPE, name + ": takes f32")
          .with("operand", x.type())
          .at(builder.path())
          .hint("convert with toF32");
    }
  }

  /// The axes as indices; none given means all.
  private static List<Integer> axes(Value x, int... axes) {
    return axes.length == 0
        ? IntStream.range(0, x.type().rank()).boxed().toList()
        : IntStream.of(axes).map(x.shape()::axis).boxed().sorted().distinct().toList();
  }
}
