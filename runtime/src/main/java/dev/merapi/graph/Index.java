package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.ArrayList;
import java.util.List;

/// Operations that read or write at places given by `i32` operands. Every index is checked against
/// its range before memory is touched.
public sealed interface Index extends Op {
  /// `(x, indices) -> y`: elements of `x` along an axis; the first `batch` axes are paired.
  ///
  /// `y` has `x`'s sizes before the axis, then those of `indices` behind the batch axes, then `x`'s
  /// sizes behind the axis. `axis >= batch`.
  record Gather(int axis, int batch) implements Index {
    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      TensorType x = operands.get(0);
      TensorType indices = operands.get(1);
      return List.of(x.with(gathered(name(), x, indices, axis, batch)));
    }

    @Override
    public void vjp(Vjp context) {
      GraphBuilder builder = context.builder();
      Value x = context.operand(0);
      Value zeros = builder.constant(Literal.splat(x.dtype(), x.shape(), 0));
      var scatter = new Scatter(axis, batch);
      var operands = List.of(zeros, context.operand(1), context.gradient());
      context.give(0, builder.add(scatter, operands).result());
    }

    @Override
    public String name() {
      return "gather";
    }
  }

  /// `(x, indices, updates) -> y`: a copy of `x` to which updates are added where [Gather] would
  /// have read them; equal indices add up in their order.
  record Scatter(int axis, int batch) implements Index {
    @Override
    public List<TensorType> infer(List<TensorType> operands) {
      TensorType x = operands.get(0);
      TensorType updates = operands.get(2);
      TensorType want = x.with(gathered(name(), x, operands.get(1), axis, batch));
      if (!want.equals(updates)) {
        throw MerapiException.of(Kind.SHAPE, "scatter: updates do not fit")
            .with("operand", x)
            .with("indices", operands.get(1))
            .with("updates", updates)
            .with("expected", want);
      }
      return List.of(x);
    }

    @Override
    public void vjp(Vjp context) {
      context.give(0, context.gradient());
      if (context.needs(2)) {
        var operands = List.of(context.gradient(), context.operand(1));
        context.give(2, context.builder().add(new Gather(axis, batch), operands).result());
      }
    }

    @Override
    public String name() {
      return "scatter";
    }
  }

  private static Shape gathered(
      String name, TensorType x, TensorType indices, int axis, int batch) {
    boolean fits =
        indices.dtype() == DType.I32
            && batch >= 0
            && batch <= axis
            && axis < x.rank()
            && batch <= indices.rank()
            && x.shape().dims().subList(0, batch).equals(indices.shape().dims().subList(0, batch));
    if (!fits) {
      throw MerapiException.of(Kind.SHAPE, name + ": operands do not fit")
          .with("operand", x)
          .with("indices", indices)
          .with("axis", axis)
          .with("batch", batch)
          .hint("indices are i32 and share the batch axes");
    }
    var dims = new ArrayList<>(x.shape().dims().subList(0, axis));
    dims.addAll(indices.shape().dims().subList(batch, indices.rank()));
    dims.addAll(x.shape().dims().subList(axis + 1, x.rank()));
    return new Shape(dims);
  }
}
