package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Operations that join many elements into one.
public sealed interface Reduce extends Op {
  /// Joins all elements along some axes, which disappear.
  ///
  /// The gradient of a maximum is shared evenly among equal elements, as PyTorch's `amax` does.
  record Fold(Monoid monoid, List<Integer> axes) implements Reduce {
    public Fold {
      axes = List.copyOf(new TreeSet<>(axes));
    }

    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      TensorType operand = operands.getFirst();
      if (operand.dtype() == DType.BOOL) {
        throw MerapiException.of(Kind.SHAPE, "fold: takes numbers")
            .with("operand", operand)
            .hint("convert with toI32 or toF32");
      }
      axes.forEach(operand.shape()::requireAxis);
      return List.of(operand.with(without(operand.shape(), axes)));
    }

    static Shape without(Shape shape, List<Integer> axes) {
      var dims = new ArrayList<Dim>();
      for (int axis = 0; axis < shape.rank(); axis++) {
        if (!axes.contains(axis)) {
          dims.add(shape.dim(axis));
        }
      }
      return new Shape(dims);
    }

    @Override
    public void vjp(Vjp context) {
      GraphBuilder builder = context.builder();
      Value operand = context.operand(0);
      Value spread = builder.unfold(context.gradient(), operand.shape(), axes);
      if (monoid == Monoid.SUM) {
        context.give(0, spread);
        return;
      }
      Value extreme = builder.unfold(context.result(0), operand.shape(), axes);
      ScalarFn isExtreme = ScalarFn.arg(0).equalTo(ScalarFn.arg(1));
      ScalarFn one = isExtreme.select(ScalarFn.f32(1), ScalarFn.f32(0));
      Value ties = builder.fold(Monoid.SUM, builder.map(one, operand, extreme), axes);
      // a quotient outside the selection: where NaN is the extreme, 0 / 0 makes the gradient NaN
      ScalarFn share = isExtreme.select(ScalarFn.arg(2), ScalarFn.f32(0)).over(ScalarFn.arg(3));
      context.give(
          0,
          builder.map(
              share, operand, extreme, spread, builder.unfold(ties, operand.shape(), axes)));
    }

    @Override
    public String name() {
      return "fold";
    }
  }

  /// The index (`i32`) of the first largest or smallest element along an axis, which disappears.
  /// NaN counts as the extreme, as in PyTorch.
  record ArgFold(Monoid monoid, int axis) implements Reduce {
    public ArgFold {
      if (monoid == Monoid.SUM) {
        throw MerapiException.of(Kind.ARGUMENT, "argfold: needs MAX or MIN").with("monoid", monoid);
      }
    }

    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      TensorType operand = operands.getFirst();
      operand.shape().requireAxis(axis);
      if (operand.dtype() == DType.BOOL || operand.shape().dim(axis).equals(Dim.of(0))) {
        throw MerapiException.of(Kind.SHAPE, "argfold: takes numbers, at least one along the axis")
            .with("operand", operand)
            .with("axis", axis);
      }
      return List.of(new TensorType(DType.I32, Fold.without(operand.shape(), List.of(axis))));
    }

    /// An index has no gradient; nothing flows back.
    @Override
    public void vjp(Vjp context) {}

    @Override
    public String name() {
      return "argfold";
    }
  }

  /// Joins the elements under a sliding window, for each channel (pooling): `[N,C,spatial...]`.
  /// Padding counts as the neutral element.
  record Window(Monoid monoid, WindowGeometry geometry) implements Reduce {
    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      return List.of(geometry.pooled(operands.getFirst()));
    }

    @Override
    public void vjp(Vjp context) {
      var grad = new WindowGrad(monoid, geometry);
      Value result =
          context.builder().add(grad, List.of(context.operand(0), context.gradient())).result();
      context.give(0, result);
    }

    @Override
    public String name() {
      return "window";
    }
  }

  /// The gradient of [Window] by its operand: `(x, dy) -> dx`. For a maximum the first largest
  /// element of each window receives it, NaN counting as largest.
  record WindowGrad(Monoid monoid, WindowGeometry geometry) implements Reduce {
    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      TensorType x = operands.get(0);
      if (!geometry.pooled(x).equals(operands.get(1))) {
        throw MerapiException.of(Kind.SHAPE, "windowgrad: gradient differs from the pooled type")
            .with("operand", x)
            .with("gradient", operands.get(1))
            .with("pooled", geometry.pooled(x));
      }
      return List.of(x);
    }

    @Override
    public void vjp(Vjp context) {
      if (!context.needs(1)) {
        return;
      }
      if (monoid != Monoid.SUM) {
        throw MerapiException.of(
                Kind.UNSUPPORTED_OP, "windowgrad: no second gradient of max pooling")
            .with("geometry", geometry)
            .hint("use average pooling where second derivatives are needed");
      }
      context.give(1, context.builder().window(monoid, context.gradient(), geometry));
    }

    @Override
    public String name() {
      return "windowgrad";
    }
  }
}
