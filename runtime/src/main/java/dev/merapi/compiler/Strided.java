package dev.merapi.compiler;

import dev.merapi.graph.Shape;
import dev.merapi.graph.View;
import dev.merapi.spi.Access;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// An affine map from the indices of a value to places: `offset + sum(index[d] * strides[d])`.
/// Views change it instead of copying.
record Strided(long offset, List<Long> strides) {
  Strided {
    strides = List.copyOf(strides);
  }

  static Strided rowMajor(Shape shape) {
    return new Strided(0, Access.rowMajorStrides(shape.toArray()));
  }

  boolean isRowMajor(Shape shape) {
    if (offset != 0) {
      return false;
    }
    var dense = Access.rowMajorStrides(shape.toArray());
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.size(axis) != 1 && !dense.get(axis).equals(strides.get(axis))) {
        return false;
      }
    }
    return true;
  }

  /// The map of a view of this value, or nothing if the view is not affine.
  Optional<Strided> view(View view, Shape shape) {
    return switch (view) {
      case View.Reshape reshape -> reshape(shape, reshape.target());
      case View.Permute permute ->
          Optional.of(new Strided(offset, permute.order().stream().map(strides::get).toList()));
      case View.Broadcast broadcast -> Optional.of(broadcast(broadcast, shape));
      case View.Slice slice -> Optional.of(slice(slice));
      case View.Flip flip -> Optional.of(flip(flip, shape));
      case View.Pad _, View.Concat _ -> Optional.empty();
    };
  }

  private Strided broadcast(View.Broadcast broadcast, Shape shape) {
    var repeated = new ArrayList<Long>();
    for (int axis = 0; axis < broadcast.target().rank(); axis++) {
      int from = broadcast.axes().indexOf(axis);
      repeated.add(from < 0 || shape.size(from) == 1 ? 0 : strides.get(from));
    }
    return new Strided(offset, repeated);
  }

  private Strided slice(View.Slice slice) {
    long start = offset;
    var stepped = new ArrayList<Long>();
    for (int axis = 0; axis < strides.size(); axis++) {
      start += slice.starts().get(axis) * strides.get(axis);
      stepped.add(slice.steps().get(axis) * strides.get(axis));
    }
    return new Strided(start, stepped);
  }

  private Strided flip(View.Flip flip, Shape shape) {
    long start = offset;
    var turned = new ArrayList<>(strides);
    for (int axis : flip.axes()) {
      start += (shape.size(axis) - 1) * strides.get(axis);
      turned.set(axis, -strides.get(axis));
    }
    return new Strided(start, turned);
  }

  /// Splits and merges axes where neighbours lie one behind the other.
  private Optional<Strided> reshape(Shape from, Shape to) {
    if (to.elements() == 0) {
      return Optional.of(rowMajor(to));
    }
    var result = new ArrayList<Long>();
    int axis = 0;
    int done = 0;
    while (done < to.rank() || axis < from.rank()) {
      // the smallest groups of old and new axes with as many elements
      int firstOld = axis;
      int firstNew = done;
      long old = axis < from.rank() ? from.size(axis++) : 1;
      long fresh = done < to.rank() ? to.size(done++) : 1;
      while (old != fresh) {
        if (old < fresh) {
          old *= from.size(axis++);
        } else {
          fresh *= to.size(done++);
        }
      }
      var oldAxes = new ArrayList<Integer>();
      for (int i = firstOld; i < axis; i++) {
        oldAxes.add(i);
      }
      OptionalLong inner = collapse(oldAxes, from);
      if (inner.isEmpty()) {
        return Optional.empty();
      }
      var split = new ArrayList<Long>();
      long stride = inner.getAsLong();
      for (int i = done - 1; i >= firstNew; i--) {
        split.addFirst(stride);
        stride *= to.size(i);
      }
      result.addAll(split);
    }
    return Optional.of(new Strided(offset, result));
  }

  /// The stride of several axes walked as one, the last fastest; nothing if they do not lie one
  /// behind the other.
  OptionalLong collapse(List<Integer> axes, Shape shape) {
    long inner = 0;
    long next = -1;
    boolean first = true;
    for (int axis : axes.reversed()) {
      long size = shape.size(axis);
      if (size == 1) {
        continue;
      }
      if (first) {
        inner = strides.get(axis);
        first = false;
      } else if (strides.get(axis) != next) {
        return OptionalLong.empty();
      }
      next = strides.get(axis) * size;
    }
    return OptionalLong.of(first ? 1 : inner);
  }
}
