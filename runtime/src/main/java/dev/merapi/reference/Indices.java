package dev.merapi.reference;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Shape;
import java.util.Arrays;
import java.util.List;

/// Arithmetic on row-major indices.
final class Indices {
  /// What is done at each index.
  @FunctionalInterface
  interface Visitor {
    /// @param flat the row-major position within the sizes counted through
    /// @param other the position under the strides counted along
    void visit(int flat, int other);
  }

  private Indices() {}

  /// The sizes of a shape whose elements can be counted, axes of size 0 taken for 1: so no product
  /// of some of them overflows.
  ///
  /// @throws MerapiException of kind `MEMORY` if there are more than an array holds
  static int[] sizes(Shape shape) {
    double elements = 1;
    for (long size : shape.toArray()) {
      elements *= Math.max(1, size);
    }
    if (elements > Integer.MAX_VALUE) {
      throw MerapiException.of(Kind.MEMORY, "reference: more elements than an array holds")
          .with("shape", shape);
    }
    return Arrays.stream(shape.toArray()).mapToInt(Math::toIntExact).toArray();
  }

  static int count(int[] sizes) {
    return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
  }

  /// The product of the sizes of axes `from` (inclusive) to `to` (exclusive).
  static int count(int[] sizes, int from, int to) {
    return count(Arrays.copyOfRange(sizes, from, to));
  }

  /// How far apart neighbours along each axis lie in row-major order.
  static int[] strides(int[] sizes) {
    int[] strides = new int[sizes.length];
    int stride = 1;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= sizes[axis];
    }
    return strides;
  }

  /// The entries of those axes.
  static int[] pick(int[] entries, List<Integer> axes) {
    return axes.stream().mapToInt(axis -> entries[axis]).toArray();
  }

  /// Visits every index of `sizes` in row-major order, together with the position that it has under
  /// other strides: `start + sum(index[axis] * strides[axis])`.
  static void forEach(int[] sizes, int start, int[] strides, Visitor visitor) {
    int count = count(sizes);
    int[] at = new int[sizes.length];
    int other = start;
    for (int flat = 0; flat < count; flat++) {
      visitor.visit(flat, other);
      int axis = sizes.length - 1;
      while (axis >= 0 && ++at[axis] == sizes[axis]) {
        at[axis] = 0;
        other -= (sizes[axis] - 1) * strides[axis];
        axis--;
      }
      other += axis >= 0 ? strides[axis] : 0;
    }
  }
}
