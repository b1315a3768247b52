package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The sizes of a tensor, outermost first. Rank 0 is a scalar.
public record Shape(List<Dim> dims) {
  /// The shape of a scalar.
  public static final Shape SCALAR = new Shape(List.of());

  /// @param dims sizes, outermost first; a constant must not be negative
  public Shape {
    dims = List.copyOf(dims);
    for (Dim dim : dims) {
      if (dim.isConstant() && dim.value() < 0) {
        throw MerapiException.of(Kind.SHAPE, "shape: negative size").with("shape", text(dims));
      }
    }
  }

  /// A shape of numbers, names of symbolic sizes and [Dim]s: `Shape.of("N", 1, 28, 28)`.
  public static Shape of(Object... sizes) {
    var dims = new ArrayList<Dim>();
    for (Object size : sizes) {
      dims.add(
          switch (size) {
            case Number number when number.doubleValue() == number.longValue() ->
                Dim.of(number.longValue());
            case String name -> Dim.parse(name);
            case Dim dim -> dim;
            default ->
                throw MerapiException.of(Kind.ARGUMENT, "shape: not a size")
                    .with("value", size)
                    .hint("use numbers, names such as \"N\", or Dim");
          });
    }
    return new Shape(dims);
  }

  /// The number of dimensions.
  public int rank() {
    return dims.size();
  }

  /// The size along an axis, which is counted from the front.
  ///
  /// @throws MerapiException of kind `SHAPE` if there is no such axis
  public Dim dim(int axis) {
    requireAxis(axis);
    return dims.get(axis);
  }

  /// The constant size along an axis, which is counted from the front.
  ///
  /// @throws MerapiException of kind `SHAPE` if there is no such axis, `UNBOUND_SIZE` if its size
  ///   is symbolic
  public long size(int axis) {
    return dim(axis).value();
  }

  /// The number of elements, as a size.
  public Dim count() {
    Dim count = Dim.of(1);
    for (Dim dim : dims) {
      count = count.times(dim);
    }
    return count;
  }

  /// The number of elements of a constant shape.
  ///
  /// @throws MerapiException of kind `UNBOUND_SIZE` if a size is symbolic
  public long elements() {
    return count().value();
  }

  /// Whether every size is a constant.
  public boolean isConstant() {
    for (Dim dim : dims) {
      if (!dim.isConstant()) {
        return false;
      }
    }
    return true;
  }

  /// The sizes of a constant shape.
  public long[] toArray() {
    var sizes = new long[dims.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = dims.get(i).value();
    }
    return sizes;
  }

  /// This shape with symbols replaced by numbers.
  public Shape bind(Map<String, Long> sizes) {
    return new Shape(Each.map(dims, dim -> dim.bind(sizes)));
  }

  /// An axis given from the front (0 ...) or from the back (-1 ...), as an index.
  ///
  /// @throws MerapiException of kind `SHAPE` if there is no such axis
  public int axis(int axis) {
    int index = axis < 0 ? axis + rank() : axis;
    if (index < 0 || index >= rank()) {
      throw noSuchAxis(axis);
    }
    return index;
  }

  private MerapiException noSuchAxis(int axis) {
    return MerapiException.of(Kind.SHAPE, "axis out of range")
        .with("axis", axis)
        .with("shape", this);
  }

  /// Checks an axis that must be counted from the front, as attributes of operations are.
  void requireAxis(int axis) {
    if (axis < 0 || axis >= rank()) {
      throw noSuchAxis(axis);
    }
  }

  /// This shape with one size replaced.
  public Shape with(int axis, Dim size) {
    requireAxis(axis);
    var changed = new ArrayList<>(dims);
    changed.set(axis, size);
    return new Shape(changed);
  }

  private static String text(List<Dim> dims) {
    return dims.stream().map(Dim::toString).collect(Collectors.joining(",", "[", "]"));
  }

  // By hand, as in TensorType.
  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof Shape shape && dims.equals(shape.dims);
  }

  @Override
  public int hashCode() {
    return dims.hashCode();
  }

  /// The text form, such as `[N,64,7,7]`.
  @Override
  public String toString() {
    return text(dims);
  }
}
