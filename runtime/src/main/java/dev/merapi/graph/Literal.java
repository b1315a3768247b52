package dev.merapi.graph;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.util.Arrays;

/// The immutable data of a constant: either one value for all elements, or one for each.
///
/// Elements are kept as their 32 bits in memory.
public final class Literal {
  private final TensorType type;
  private final int[] bits;

  private Literal(TensorType type, int[] bits) {
    if (type.dtype() == DType.BOOL
        && Arrays.stream(bits).anyMatch(each -> each != 0 && each != 1)) {
      throw MerapiException.of(Kind.ARGUMENT, "constant: a bool is stored as 0 or 1")
          .with("type", type);
    }
    this.type = type;
    this.bits = bits;
  }

  /// One value for all elements; converted to the type as Java's casts do.
  public static Literal splat(DType type, Shape shape, double value) {
    return new Literal(new TensorType(type, shape), new int[] {encode(type, value)});
  }

  /// One `f32` for each element, row-major.
  public static Literal of(Shape shape, float... values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return dense(new TensorType(DType.F32, shape), bits);
  }

  /// One `i32` for each element, row-major.
  public static Literal of(Shape shape, int... values) {
    return dense(new TensorType(DType.I32, shape), values.clone());
  }

  /// The elements as their bits in memory, row-major; a single element stands for all.
  ///
  /// @throws MerapiException of kind `SHAPE` if the count is neither 1 nor that of the shape
  public static Literal ofBits(TensorType type, int... bits) {
    return bits.length == 1 ? new Literal(type, bits.clone()) : dense(type, bits.clone());
  }

  /// One element for each place of the shape, as their bits in memory, row-major.
  ///
  /// @throws MerapiException of kind `SHAPE` if the count is not that of the shape
  static Literal ofDense(TensorType type, int... bits) {
    return dense(type, bits.clone());
  }

  private static Literal dense(TensorType type, int[] bits) {
    if (type.shape().elements() != bits.length) {
      throw MerapiException.of(Kind.SHAPE, "constant: number of elements differs from its shape")
          .with("type", type)
          .with("elements", bits.length);
    }
    return new Literal(type, bits);
  }

  private static int encode(DType type, double value) {
    return switch (type) {
      case F32 -> Float.floatToRawIntBits((float) value);
      case I32 -> (int) value;
      case BOOL -> value != 0 ? 1 : 0;
    };
  }

  public TensorType type() {
    return type;
  }

  /// Whether one value stands for all elements.
  public boolean isSplat() {
    return bits.length == 1;
  }

  /// The 32 bits of the element at a row-major index.
  public int bits(long index) {
    return bits[isSplat() ? 0 : Math.toIntExact(index)];
  }

  /// The element at a row-major index as a double (exact for every type).
  public double value(long index) {
    int raw = bits(index);
    return type.dtype() == DType.F32 ? Float.intBitsToFloat(raw) : raw;
  }

  /// The same splat or data with another shape of as many elements; a splat takes any shape.
  public Literal with(Shape shape) {
    var changed = new TensorType(type.dtype(), shape);
    return isSplat() ? new Literal(changed, bits) : dense(changed, bits);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Literal literal
        && type.equals(literal.type)
        && Arrays.equals(bits, literal.bits);
  }

  @Override
  public int hashCode() {
    return 31 * type.hashCode() + Arrays.hashCode(bits);
  }

  @Override
  public String toString() {
    return isSplat() ? type + "(" + value(0) + ")" : type + "(" + bits.length + " elements)";
  }
}
