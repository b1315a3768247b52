package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Shape;
import dev.merapi.graph.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// Rearrangements of tensors.
final class TensorViews {
  private TensorViews() {}

  static Tensor reshape(Tensor x, Object... sizes) {
    var given = sizes.clone();
    int open = -1;
    for (int i = 0; i < given.length; i++) {
      if (given[i] instanceof Integer size && size == -1) {
        if (open >= 0) {
          throw MerapiException.of(Kind.SHAPE, "reshape: more than one size is -1")
              .with("sizes", sizes);
        }
        open = i;
        given[i] = 1;
      }
    }
    Shape target = Shape.of(given);
    if (open < 0) {
      return x.reshape(target);
    }
    Dim rest = target.count();
    boolean divides = !rest.equals(Dim.of(0)) && x.shape().count().mod(rest).equals(Dim.of(0));
    if (!divides && rest.isConstant()) {
      throw MerapiException.of(Kind.SHAPE, "reshape: the size at -1 cannot be worked out")
          .with("operand", x.type())
          .with("sizes", sizes);
    }
    return x.reshape(target.with(open, x.shape().count().floorDiv(rest)));
  }

  static Tensor flatten(Tensor x, int axis) {
    int first = x.shape().axis(axis);
    var dims = new ArrayList<>(x.shape().dims().subList(0, first));
    dims.add(new Shape(x.shape().dims().subList(first, x.rank())).count());
    return x.reshape(new Shape(dims));
  }

  static Tensor permute(Tensor x, int... order) {
    var axes = IntStream.of(order).map(x.shape()::axis).boxed().toList();
    return Tensor.build((builder, values) -> builder.permute(values.getFirst(), axes), x);
  }

  static Tensor transpose(Tensor x, int first, int second) {
    int[] order = IntStream.range(0, x.rank()).toArray();
    int a = x.shape().axis(first);
    int b = x.shape().axis(second);
    order[a] = b;
    order[b] = a;
    return permute(x, order);
  }

  static Tensor expand(Tensor x, int axis) {
    int index = axis < 0 ? axis + x.rank() + 1 : axis;
    if (index < 0 || index > x.rank()) {
      throw MerapiException.of(Kind.SHAPE, "expand: axis out of range")
          .with("operand", x.type())
          .with("axis", axis);
    }
    var dims = new ArrayList<>(x.shape().dims());
    dims.add(index, Dim.of(1));
    return x.reshape(new Shape(dims));
  }

  static Tensor squeeze(Tensor x, int axis) {
    int index = x.shape().axis(axis);
    if (!x.size(index).equals(Dim.of(1))) {
      throw MerapiException.of(Kind.SHAPE, "squeeze: the size is not 1")
          .with("operand", x.type())
          .with("axis", axis);
    }
    var dims = new ArrayList<>(x.shape().dims());
    dims.remove(index);
    return x.reshape(new Shape(dims));
  }

  static Tensor slice(Tensor x, int axis, long from, long to) {
    int index = x.shape().axis(axis);
    var starts = new ArrayList<>(Collections.nCopies(x.rank(), 0L));
    starts.set(index, from);
    Shape sizes = x.shape().with(index, Dim.of(to - from));
    List<Long> steps = Collections.nCopies(x.rank(), 1L);
    return Tensor.build(
        (builder, values) -> builder.slice(values.getFirst(), starts, sizes, steps), x);
  }

  static Tensor concat(int axis, Tensor... parts) {
    if (parts.length == 0) {
      throw MerapiException.of(Kind.SHAPE, "concat: nothing to join");
    }
    int index = parts[0].shape().axis(axis);
    return Tensor.build(
        (builder, values) -> builder.add(new View.Concat(index), values).result(), parts);
  }
}
