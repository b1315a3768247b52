package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Rearrangements: each element of the result is an element of an operand, or padding.
public sealed interface View extends Op {
  /// The same elements in row-major order with other sizes.
  record Reshape(Shape target) implements View {
    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      TensorType operand = operands.getFirst();
      if (!operand.shape().equals(target) && !operand.shape().count().equals(target.count())) {
        throw mismatch("reshape: number of elements differs", operand).with("target", target);
      }
      return List.of(operand.with(target));
    }

    @Override
    public void vjp(Vjp context) {
      context.give(0, context.builder().reshape(context.gradient(), context.operand(0).shape()));
    }

    @Override
    public Op bind(Map<String, Long> sizes) {
      return new Reshape(target.bind(sizes));
    }

    @Override
    public String name() {
      return "reshape";
    }
  }

  /// The axes in another order: axis `i` of the result is axis `order[i]` of the operand.
  record Permute(List<Integer> order) implements View {
    public Permute {
      order = List.copyOf(order);
    }

    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      TensorType operand = operands.getFirst();
      var sorted = new ArrayList<>(order);
      Collections.sort(sorted);
      if (!sorted.equals(IntStream.range(0, operand.rank()).boxed().toList())) {
        throw mismatch("permute: not a permutation of the axes", operand).with("order", order);
      }
      return List.of(operand.with(new Shape(order.stream().map(operand.shape()::dim).toList())));
    }

    @Override
    public void vjp(Vjp context) {
      var inverse = new ArrayList<>(order);
      for (int i = 0; i < order.size(); i++) {
        inverse.set(order.get(i), i);
      }
      context.give(0, context.builder().permute(context.gradient(), inverse));
    }

    @Override
    public String name() {
      return "permute";
    }
  }

  /// Repeats the operand: its axis `i` becomes axis `axes[i]` of the target and must have that
  /// size, or 1; the target's other axes are new. `axes` ascend.
  record Broadcast(Shape target, List<Integer> axes) implements View {
    public Broadcast {
      axes = List.copyOf(axes);
    }

    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      TensorType operand = operands.getFirst();
      boolean fits = axes.size() == operand.rank();
      for (int i = 0; fits && i < axes.size(); i++) {
        int axis = axes.get(i);
        fits = axis < target.rank() && axis >= 0 && (i == 0 || axes.get(i - 1) < axis);
        fits = fits && (isOne(operand, i) || operand.shape().dim(i).equals(target.dim(axis)));
      }
      if (!fits) {
        throw mismatch("broadcast: sizes cannot be broadcast", operand)
            .with("target", target)
            .with("axes", axes);
      }
      return List.of(operand.with(target));
    }

    private static boolean isOne(TensorType type, int axis) {
      return type.shape().dim(axis).equals(Dim.of(1));
    }

    /// The one place where broadcasting is undone: sums over the axes that were repeated.
    @Override
    public void vjp(Vjp context) {
      TensorType operand = context.operand(0).type();
      var summed = new ArrayList<Integer>();
      for (int axis = 0; axis < target.rank(); axis++) {
        int from = axes.indexOf(axis);
        if (from < 0 || (isOne(operand, from) && !target.dim(axis).equals(Dim.of(1)))) {
          summed.add(axis);
        }
      }
      GraphBuilder builder = context.builder();
      Value sum = builder.fold(Monoid.SUM, context.gradient(), summed);
      context.give(0, builder.reshape(sum, operand.shape()));
    }

    @Override
    public Op bind(Map<String, Long> sizes) {
      return new Broadcast(target.bind(sizes), axes);
    }

    @Override
    public String name() {
      return "broadcast";
    }
  }

  /// For each axis the elements `start, start + step, ...`, `size` of them.
  record Slice(List<Long> starts, Shape sizes, List<Long> steps) implements View {
    public Slice {
      starts = List.copyOf(starts);
      steps = List.copyOf(steps);
    }

    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      TensorType operand = operands.getFirst();
      boolean fits =
          starts.size() == operand.rank()
              && sizes.rank() == operand.rank()
              && steps.size() == operand.rank();
      for (int axis = 0; fits && axis < operand.rank(); axis++) {
        fits = starts.get(axis) >= 0 && steps.get(axis) >= 1;
        Dim span = sizes.dim(axis).minus(Dim.of(1)).times(Dim.of(steps.get(axis)));
        boolean empty = sizes.dim(axis).equals(Dim.of(0));
        Dim used = empty ? Dim.of(0) : span.plus(1);
        Dim rest = operand.shape().dim(axis).minus(used.plus(starts.get(axis)));
        fits = fits && (!rest.isConstant() || rest.value() >= 0);
      }
      if (!fits) {
        throw mismatch("slice: out of range", operand)
            .with("starts", starts)
            .with("sizes", sizes)
            .with("steps", steps);
      }
      return List.of(operand.with(sizes));
    }

    @Override
    public void vjp(Vjp context) {
      Shape shape = context.operand(0).shape();
      var low = new ArrayList<Dim>();
      var high = new ArrayList<Dim>();
      var between = new ArrayList<Long>();
      for (int axis = 0; axis < shape.rank(); axis++) {
        Dim size = sizes.dim(axis);
        Dim span = size.minus(Dim.of(1)).times(Dim.of(steps.get(axis))).plus(1);
        Dim used = size.equals(Dim.of(0)) ? size : span;
        low.add(Dim.of(starts.get(axis)));
        high.add(shape.dim(axis).minus(used).plus(-starts.get(axis)));
        between.add(steps.get(axis) - 1);
      }
      Literal zero = Monoid.SUM.identity(context.operand(0).dtype());
      context.give(0, context.builder().pad(context.gradient(), low, high, between, zero));
    }

    @Override
    public Op bind(Map<String, Long> sizes) {
      return new Slice(starts, this.sizes.bind(sizes), steps);
    }

    @Override
    public String name() {
      return "slice";
    }
  }

  /// Puts `low` elements of a value before each axis, `high` behind it, `between` between
  /// neighbours.
  record Pad(List<Dim> low, List<Dim> high, List<Long> between, Literal value) implements View {
    public Pad {
      low = List.copyOf(low);
      high = List.copyOf(high);
      between = List.copyOf(between);
    }

    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      TensorType operand = operands.getFirst();
      boolean fits =
          low.size() == operand.rank()
              && high.size() == operand.rank()
              && between.size() == operand.rank()
              && between.stream().allMatch(gap -> gap >= 0)
              && value.type().equals(new TensorType(operand.dtype(), Shape.SCALAR))
              && low.stream().noneMatch(Pad::isNegative)
              && high.stream().noneMatch(Pad::isNegative);
      if (!fits) {
        throw mismatch("pad: padding does not fit", operand)
            .with("low", low)
            .with("high", high)
            .with("between", between)
            .with("value", value);
      }
      var dims = new ArrayList<Dim>();
      for (int axis = 0; axis < operand.rank(); axis++) {
        dims.add(inner(operand.shape().dim(axis), axis).plus(low.get(axis)).plus(high.get(axis)));
      }
      return List.of(operand.with(new Shape(dims)));
    }

    private static boolean isNegative(Dim dim) {
      return dim.isConstant() && dim.value() < 0;
    }

    private Dim inner(Dim size, int axis) {
      return size.equals(Dim.of(0))
          ? size
          : size.minus(Dim.of(1)).times(Dim.of(between.get(axis) + 1)).plus(1);
    }

    @Override
    public void vjp(Vjp context) {
      var starts = low.stream().map(Dim::value).toList();
      var steps = between.stream().map(gap -> gap + 1).toList();
      Shape sizes = context.operand(0).shape();
      context.give(0, context.builder().slice(context.gradient(), starts, sizes, steps));
    }

    @Override
    public Op bind(Map<String, Long> sizes) {
      return new Pad(
          low.stream().map(dim -> dim.bind(sizes)).toList(),
          high.stream().map(dim -> dim.bind(sizes)).toList(),
          between,
          value);
    }

    @Override
    public String name() {
      return "pad";
    }
  }

  /// Reverses the order of the elements along some axes.
  record Flip(List<Integer> axes) implements View {
    public Flip {
      axes = List.copyOf(new TreeSet<>(axes));
    }

    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      axes.forEach(operands.getFirst().shape()::requireAxis);
      return List.of(operands.getFirst());
    }

    @Override
    public void vjp(Vjp context) {
      context.give(0, context.builder().add(new Flip(axes), List.of(context.gradient())).result());
    }

    @Override
    public String name() {
      return "flip";
    }
  }

  /// The operands one after the other along an axis.
  record Concat(int axis) implements View {
    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      if (operands.isEmpty()) {
        throw MerapiException.of(Kind.SHAPE, "concat: no operands");
      }
      TensorType first = operands.getFirst();
      Dim sum = Dim.of(0);
      for (TensorType operand : operands) {
        boolean fits = operand.rank() == first.rank() && axis >= 0 && axis < first.rank();
        if (!fits
            || !operand.with(operand.shape().with(axis, first.shape().dim(axis))).equals(first)) {
          throw MerapiException.of(Kind.SHAPE, "concat: operands differ beside the axis")
              .with("operands", operands)
              .with("axis", axis);
        }
        sum = sum.plus(operand.shape().dim(axis));
      }
      return List.of(first.with(first.shape().with(axis, sum)));
    }

    @Override
    public void vjp(Vjp context) {
      int count = context.operandCount();
      long start = 0;
      for (int i = 0; i < count; i++) {
        Shape sizes = context.operand(i).shape();
        var starts = new ArrayList<>(Collections.nCopies(sizes.rank(), 0L));
        starts.set(axis, start);
        var steps = Collections.nCopies(sizes.rank(), 1L);
        if (context.needs(i)) {
          context.give(i, context.builder().slice(context.gradient(), starts, sizes, steps));
        }
        start += i == count - 1 ? 0 : sizes.size(axis);
      }
    }

    @Override
    public String name() {
      return "concat";
    }
  }

  private static MerapiException mismatch(String what, TensorType operand) {
    return MerapiException.of(Kind.SHAPE, what).with("operand", operand);
  }
}
