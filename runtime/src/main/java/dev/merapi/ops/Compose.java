package dev.merapi.ops;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.GraphBuilder;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Monoid;
import dev.merapi.graph.Reduce;
import dev.merapi.graph.ScalarFn;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Source;
import dev.merapi.graph.TensorType;
import dev.merapi.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Functions composed of operations of the graph: they have names here and nowhere else, so that
/// gradients, fusion and backends need to know nothing of them.
///
/// An axis may be given from the back: -1 is the last one.
public final class Compose {
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
    Value sum = sum(builder, x, axes);
    return Elementwise.DIV.on(builder, sum, count(builder, x, axes(x, axes), 0));
  }

  /// The variance along some axes, which disappear: the mean square of what differs from the mean.
  ///
  /// @param correction taken off the number of elements: 0 for the population's variance (batch
  ///   norm's), 1 for the unbiased estimate (PyTorch's default)
  public static Value variance(GraphBuilder builder, Value x, int correction, int... axes) {
    List<Integer> all = axes(x, axes);
    Value mean = builder.unfold(mean(builder, x, axes), x.shape(), all);
    Value square = Elementwise.SQUARE.on(builder, Elementwise.SUB.on(builder, x, mean));
    Value sum = builder.fold(Monoid.SUM, square, all);
    return Elementwise.DIV.on(builder, sum, count(builder, x, all, correction));
  }

  /// `exp(x)` divided by its sum along an axis; the largest element is taken off first, so that
  /// nothing overflows.
  public static Value softmax(GraphBuilder builder, Value x, int axis) {
    List<Integer> axes = List.of(x.shape().axis(axis));
    Value exp = Elementwise.EXP.on(builder, shifted(builder, x, axes));
    Value sum = builder.unfold(builder.fold(Monoid.SUM, exp, axes), x.shape(), axes);
    return Elementwise.DIV.on(builder, exp, sum);
  }

  /// `log(softmax(x))`, without the loss of digits.
  public static Value logSoftmax(GraphBuilder builder, Value x, int axis) {
    List<Integer> axes = List.of(x.shape().axis(axis));
    Value shifted = shifted(builder, x, axes);
    Value exp = Elementwise.EXP.on(builder, shifted);
    Value log = Elementwise.LOG.on(builder, builder.fold(Monoid.SUM, exp, axes));
    return Elementwise.SUB.on(builder, shifted, builder.unfold(log, x.shape(), axes));
  }

  /// The logarithm of the sum of `exp(x)` along an axis, which disappears.
  public static Value logSumExp(GraphBuilder builder, Value x, int axis) {
    List<Integer> axes = List.of(x.shape().axis(axis));
    Value largest = finite(builder, builder.fold(Monoid.MAX, x, axes));
    Value spread = builder.unfold(largest, x.shape(), axes);
    Value exp = Elementwise.EXP.on(builder, Elementwise.SUB.on(builder, x, spread));
    Value log = Elementwise.LOG.on(builder, builder.fold(Monoid.SUM, exp, axes));
    return Elementwise.ADD.on(builder, log, largest);
  }

  private static Value shifted(GraphBuilder builder, Value x, List<Integer> axes) {
    Value largest = builder.fold(Monoid.MAX, x, axes);
    return Elementwise.SUB.on(builder, x, builder.unfold(largest, x.shape(), axes));
  }

  /// An infinity taken off an infinity would be NaN, so infinities are replaced by 0.
  private static Value finite(GraphBuilder builder, Value x) {
    ScalarFn infinity = ScalarFn.f32(Double.POSITIVE_INFINITY);
    ScalarFn size = Terms.abs(Terms.X);
    return builder.map(size.equalTo(infinity).select(Terms.ZERO, Terms.X), x);
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

  /// How many elements are joined along some axes, as an `f32`, also where the size is symbolic.
  private static Value count(GraphBuilder builder, Value x, List<Integer> axes, int correction) {
    Dim count = axes.stream().map(x.shape()::dim).reduce(Dim.of(1), Dim::times);
    if (count.isConstant()) {
      return builder.constant(Math.max(0, count.value() - correction));
    }
    // a size is not a value in the graph: ones of that shape are added up
    var shape = new Shape(axes.stream().map(x.shape()::dim).toList());
    Value ones = builder.constant(Literal.splat(DType.F32, shape, 1));
    Value sum = builder.fold(Monoid.SUM, ones, IntStream.range(0, shape.rank()).boxed().toList());
    ScalarFn corrected = Terms.max(Terms.X.minus(Terms.num(correction)), Terms.ZERO);
    return correction == 0 ? sum : builder.map(corrected, sum);
  }

  /// The axes as indices; none given means all.
  private static List<Integer> axes(Value x, int... axes) {
    return axes.length == 0
        ? IntStream.range(0, x.type().rank()).boxed().toList()
        : IntStream.of(axes).map(x.shape()::axis).boxed().sorted().distinct().toList();
  }
}
