package dev.merapi.graph;

import dev.merapi.MerapiException;
import java.util.Map;

/// What a value is: element type and sizes, written `f32[N,64,7,7]`.
public record TensorType(DType dtype, Shape shape) {
  /// An `f32` type of numbers and names: `TensorType.f32("N", 1, 28, 28)`.
  public static TensorType f32(Object... sizes) {
    return new TensorType(DType.F32, Shape.of(sizes));
  }

  /// An `i32` type of numbers and names.
  public static TensorType i32(Object... sizes) {
    return new TensorType(DType.I32, Shape.of(sizes));
  }

  /// A `bool` type of numbers and names.
  public static TensorType bool(Object... sizes) {
    return new TensorType(DType.BOOL, Shape.of(sizes));
  }

  /// Reads the text form, such as `f32[N,64,7,7]`.
  ///
  /// @throws MerapiException of kind `FORMAT` if the text is no type
  public static TensorType parse(String text) {
    var cursor = new TextCursor(text);
    TensorType type = GraphParser.type(cursor);
    if (!cursor.atEnd()) {
      throw cursor.error("something follows the type");
    }
    return type;
  }

  /// The number of dimensions.
  public int rank() {
    return shape.rank();
  }

  /// This type with another shape.
  public TensorType with(Shape other) {
    return new TensorType(dtype, other);
  }

  /// Bytes in memory of a constant type.
  ///
  /// @throws MerapiException of kind `UNBOUND_SIZE` if a size is symbolic, `SHAPE` if the number
  ///   exceeds 63 bits
  public long bytes() {
    return shape.count().times(Dim.of(dtype.bytes())).value();
  }

  /// This type with symbols replaced by numbers.
  public TensorType bind(Map<String, Long> sizes) {
    return new TensorType(dtype, shape.bind(sizes));
  }

  /// As of every record, but written out: types are compared while a program starts, and what the
  /// JVM makes for a record takes it 10 ms the first time.
  @Override
  public boolean equals(Object other) {
    return other instanceof TensorType type && dtype == type.dtype && shape.equals(type.shape);
  }

  @Override
  public int hashCode() {
    return 31 * dtype.hashCode() + shape.hashCode();
  }

  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
