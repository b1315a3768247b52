package dev.merapi.drawn;

import dev.merapi.graph.DType;
import dev.merapi.graph.Dim;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Shape;
import dev.merapi.graph.Value;
import dev.merapi.graph.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// Draws views: of what is there, and such that give a wanted shape.
final class DrawnViews {
  private final Draft draft;

  DrawnViews(Draft draft) {
    this.draft = draft;
  }

  /// A view of a value.
  Value of(Value x) {
    return switch (draft.random.nextInt(8)) {
      case 0, 1 -> draft.add(new View.Reshape(factored(x.shape())), x);
      case 2 -> permuted(x);
      case 3 -> flipped(x);
      case 4 -> sliced(x);
      case 5 -> repeated(x);
      case 6 -> padded(x);
      default -> joined(x);
    };
  }

  /// A value of a type: one that is there, or a view of another or of something new.
  Value shaped(DType type, Shape shape) {
    var same =
        draft.values.stream()
            .filter(each -> each.dtype() == type && each.shape().equals(shape))
            .toList();
    if (!same.isEmpty() && draft.oneIn(2)) {
      return tamed(draft.oneOf(same));
    }
    var asMany =
        draft.values.stream()
            .filter(each -> each.dtype() == type && each.shape().count().equals(shape.count()))
            .toList();
    if (!asMany.isEmpty() && draft.oneIn(2)) {
      return draft.add(new View.Reshape(shape), tamed(draft.oneOf(asMany)));
    }
    return viewed(type, shape, draft.between(0, 2));
  }

  private Value tamed(Value value) {
    return value.dtype().isFloat() ? draft.tame(value) : value;
  }

  /// A value of a type, as that many views of something new.
  Value viewed(DType type, Shape shape, int views) {
    if (views == 0) {
      return draft.source(type, shape);
    }
    return switch (draft.random.nextInt(6)) {
      case 0 -> flipped(viewed(type, shape, views - 1));
      case 1 -> sliceOfLarger(type, shape, views);
      case 2 -> {
        var order = shuffled(shape.rank());
        var dims = new ArrayList<>(shape.dims());
        IntStream.range(0, order.size()).forEach(i -> dims.set(order.get(i), shape.dim(i)));
        yield draft.add(new View.Permute(order), viewed(type, new Shape(dims), views - 1));
      }
      case 3 -> draft.add(new View.Reshape(shape), viewed(type, factored(shape), views - 1));
      default -> repetition(type, shape, views);
    };
  }

  private Value sliceOfLarger(DType type, Shape shape, int views) {
    var dims = new ArrayList<Dim>();
    var starts = new ArrayList<Long>();
    var steps = new ArrayList<Long>();
    long left = Draft.MOST_ELEMENTS / Math.max(1, draft.elements(shape));
    for (Dim dim : shape.dims()) {
      long step = left >= 3 && draft.oneIn(2) ? draft.between(1, 3) : 1;
      long start = left >= 4 && draft.oneIn(2) ? draft.between(0, 2) : 0;
      left /= step + start;
      starts.add(start);
      steps.add(step);
      dims.add(dim.times(Dim.of(step)).plus(start));
    }
    return draft.add(
        new View.Slice(starts, shape, steps), viewed(type, new Shape(dims), views - 1));
  }

  private Value repetition(DType type, Shape shape, int views) {
    var axes = new ArrayList<Integer>();
    var dims = new ArrayList<Dim>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      int what = draft.random.nextInt(4);
      if (what > 0) {
        axes.add(axis);
        dims.add(what == 1 ? Dim.of(1) : shape.dim(axis));
      }
    }
    return draft.add(new View.Broadcast(shape, axes), viewed(type, new Shape(dims), views - 1));
  }

  private List<Integer> shuffled(int rank) {
    var order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    Collections.shuffle(order, draft.random);
    return order;
  }

  private Value permuted(Value x) {
    return draft.add(new View.Permute(shuffled(x.type().rank())), x);
  }

  private Value flipped(Value x) {
    var axes = IntStream.range(0, x.type().rank()).boxed().filter(_ -> draft.oneIn(2)).toList();
    return draft.add(new View.Flip(axes), x);
  }

  private Value sliced(Value x) {
    var starts = new ArrayList<Long>();
    var sizes = new ArrayList<Dim>();
    var steps = new ArrayList<Long>();
    for (Dim dim : x.shape().dims()) {
      long size = draft.size(dim);
      if (!dim.isConstant() || size == 0 || draft.oneIn(2)) {
        starts.add(0L);
        steps.add(1L);
        sizes.add(dim);
      } else {
        long start = draft.random.nextLong(size);
        long step = draft.between(1, 3);
        long most = Math.ceilDiv(size - start, step);
        starts.add(start);
        steps.add(step);
        sizes.add(Dim.of(draft.oneIn(3) ? draft.random.nextLong(most) + 1 : most));
      }
    }
    return draft.add(new View.Slice(starts, new Shape(sizes), steps), x);
  }

  /// New axes, and ones that become longer.
  private Value repeated(Value x) {
    long left = Draft.MOST_ELEMENTS / Math.max(1, draft.elements(x.shape()));
    var dims = new ArrayList<Dim>();
    var axes = new ArrayList<Integer>();
    for (int axis = 0; axis <= x.type().rank(); axis++) {
      if (draft.oneIn(3) && dims.size() < 5) {
        Dim dim = fitting(left);
        left /= Math.max(1, draft.size(dim));
        dims.add(dim);
      }
      if (axis < x.type().rank()) {
        Dim dim = x.shape().dim(axis);
        if (dim.equals(Dim.of(1)) && draft.oneIn(2)) {
          dim = fitting(left);
          left /= Math.max(1, draft.size(dim));
        }
        axes.add(dims.size());
        dims.add(dim);
      }
    }
    return draft.add(new View.Broadcast(new Shape(dims), axes), x);
  }

  private Dim fitting(long most) {
    Dim dim = draft.extent();
    return draft.size(dim) <= most ? dim : Dim.of(1);
  }

  private Value padded(Value x) {
    var low = new ArrayList<Dim>();
    var high = new ArrayList<Dim>();
    var between = new ArrayList<Long>();
    long left = Draft.MOST_ELEMENTS / Math.max(1, draft.elements(x.shape()));
    for (int axis = 0; axis < x.type().rank(); axis++) {
      boolean pads = left >= 4 && draft.oneIn(2);
      left /= pads ? 4 : 1;
      low.add(Dim.of(pads ? draft.between(0, 2) : 0));
      high.add(Dim.of(pads ? draft.between(0, 2) : 0));
      between.add(pads && draft.oneIn(3) ? 1L : 0L);
    }
    var value = Literal.splat(x.dtype(), Shape.SCALAR, draft.between(0, 1));
    return draft.add(new View.Pad(low, high, between, value), x);
  }

  private Value joined(Value x) {
    if (x.type().rank() == 0 || draft.elements(x.shape()) * 3 > Draft.MOST_ELEMENTS) {
      return flipped(x);
    }
    int axis = draft.random.nextInt(x.type().rank());
    var parts = new ArrayList<>(List.of(x));
    for (int i = draft.between(0, 2); i > 0; i--) {
      Shape shape = draft.oneIn(2) ? x.shape() : x.shape().with(axis, Dim.of(draft.between(1, 2)));
      parts.add(shaped(x.dtype(), shape));
    }
    Collections.shuffle(parts, draft.random);
    return draft.add(new View.Concat(axis), parts);
  }

  /// Other sizes with as many elements.
  Shape factored(Shape shape) {
    var dims = new ArrayList<Dim>();
    for (Dim dim : shape.dims()) {
      if (dim.isConstant() && dim.value() > 1 && draft.oneIn(2)) {
        long part = divisor(dim.value());
        dims.add(Dim.of(part));
        dims.add(Dim.of(dim.value() / part));
      } else if (!dim.equals(Dim.of(1)) || draft.oneIn(2)) {
        dims.add(dim);
      }
    }
    while (dims.size() > 1 && (dims.size() > 5 || draft.oneIn(2))) {
      int at = draft.random.nextInt(dims.size() - 1);
      dims.set(at, dims.get(at).times(dims.remove(at + 1)));
    }
    if (dims.size() < 5 && draft.oneIn(3)) {
      dims.add(draft.between(0, dims.size()), Dim.of(1));
    }
    return new Shape(dims);
  }

  private long divisor(long value) {
    for (long part = draft.between(2, 4); part < value; part++) {
      if (value % part == 0) {
        return part;
      }
    }
    return 1;
  }
}
