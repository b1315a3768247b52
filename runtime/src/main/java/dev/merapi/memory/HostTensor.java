package dev.merapi.memory;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.DType;
import dev.merapi.graph.Literal;
import dev.merapi.graph.Shape;
import dev.merapi.graph.TensorText;
import dev.merapi.graph.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// A checked view of a tensor in memory that the host can read and write: dense, row-major.
///
/// Every access checks type, count, bounds and whether the memory still lives. Copies allocate
/// nothing. Two threads that write one tensor at once race, as with a Java array.
public final class HostTensor {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  private final String name;
  private final TensorType type;
  private final long elements;
  private final MemorySegment segment;
  private final UseCount uses;

  HostTensor(String name, TensorType type, MemorySegment segment, UseCount uses) {
    this.name = name;
    this.type = type;
    this.elements = type.shape().elements();
    this.segment = segment;
    this.uses = uses;
  }

  /// A tensor of zeros in memory of its own, given back by the garbage collector.
  public static HostTensor allocate(String name, TensorType type) {
    return Slab.collected(type.bytes()).view(name, type, new Slot(0, type.bytes()));
  }

  /// What messages call it: the name of an input, output or parameter.
  public String name() {
    return name;
  }

  /// Element type and sizes.
  public TensorType type() {
    return type;
  }

  /// The sizes.
  public Shape shape() {
    return type.shape();
  }

  /// The number of elements.
  public long elements() {
    return elements;
  }

  /// Fills it from an array of as many elements.
  public void copyFrom(float[] source) {
    check(DType.F32, source.length, "float[]");
    copyIn(source, 0, FLOAT, 0, source.length);
  }

  /// Fills it from a part of an array: [#elements()] elements from `start` on.
  public void copyFrom(float[] source, int start) {
    check(DType.F32, elements, "float[]");
    checkRange(source.length, start);
    copyIn(source, start, FLOAT, 0, (int) elements);
  }

  /// Fills it from an array of as many elements.
  public void copyFrom(int[] source) {
    check(DType.I32, source.length, "int[]");
    copyIn(source, 0, INT, 0, source.length);
  }

  /// Fills it from a part of an array: [#elements()] elements from `start` on.
  public void copyFrom(int[] source, int start) {
    check(DType.I32, elements, "int[]");
    checkRange(source.length, start);
    copyIn(source, start, INT, 0, (int) elements);
  }

  /// Fills a part of it: `count` elements from `start` of an array on go to `index` on.
  public void copyFrom(float[] source, int start, long index, int count) {
    check(DType.F32, elements, "float[]");
    checkPart(source.length, start, index, count);
    copyIn(source, start, FLOAT, index, count);
  }

  /// Fills a part of it: `count` elements from `start` of an array on go to `index` on.
  public void copyFrom(int[] source, int start, long index, int count) {
    check(DType.I32, elements, "int[]");
    checkPart(source.length, start, index, count);
    copyIn(source, start, INT, index, count);
  }

  /// Fills it from an array of as many elements.
  public void copyFrom(boolean[] source) {
    check(DType.BOOL, source.length, "boolean[]");
    checkOpen();
    for (int i = 0; i < source.length; i++) {
      setBits(i, source[i] ? 1 : 0);
    }
  }

  /// Fills it from memory of as many bytes, in native byte order; no type is checked but the values
  /// of a `bool` tensor must be 0 or 1.
  public void copyFrom(MemorySegment source) {
    checkBytes(source);
    if (type.dtype() == DType.BOOL) {
      checkOpen();
      copyBooleans(source);
    } else {
      copy(source, open());
    }
  }

  /// Fills it with the data of a constant of the same type.
  public void copyFrom(Literal source) {
    if (!type.equals(source.type())) {
      throw mismatch("types differ").with("source", source.type());
    }
    checkOpen();
    for (long i = 0; i < elements; i++) {
      setBits(i, source.bits(i));
    }
  }

  /// Fills it from another tensor of the same type.
  public void copyFrom(HostTensor source) {
    if (!type.equals(source.type)) {
      throw mismatch("types differ").with("source", source.type);
    }
    MemorySegment from = source.open();
    try {
      copy(from, open());
    } catch (IllegalStateException e) {
      source.checkOpen();
      throw e;
    }
  }

  /// Copies it into an array of as many elements.
  public void copyTo(float[] target) {
    check(DType.F32, target.length, "float[]");
    copyOut(FLOAT, target, target.length);
  }

  /// Copies it into an array of as many elements.
  public void copyTo(int[] target) {
    check(DType.I32, target.length, "int[]");
    copyOut(INT, target, target.length);
  }

  /// Copies it into an array of as many elements.
  public void copyTo(boolean[] target) {
    check(DType.BOOL, target.length, "boolean[]");
    checkOpen();
    for (int i = 0; i < target.length; i++) {
      target[i] = bits(i) != 0;
    }
  }

  /// Copies it into memory of as many bytes, in native byte order.
  public void copyTo(MemorySegment target) {
    checkBytes(target);
    copy(open(), target);
  }

  /// The elements of an `f32` tensor in a new array.
  public float[] toFloats() {
    float[] array = new float[Math.toIntExact(elements)];
    copyTo(array);
    return array;
  }

  /// The elements of an `i32` tensor in a new array.
  public int[] toInts() {
    int[] array = new int[Math.toIntExact(elements)];
    copyTo(array);
    return array;
  }

  /// The elements of a `bool` tensor in a new array.
  public boolean[] toBooleans() {
    boolean[] array = new boolean[Math.toIntExact(elements)];
    copyTo(array);
    return array;
  }

  /// The elements as a constant.
  public Literal toLiteral() {
    int[] bits = new int[Math.toIntExact(elements)];
    copyOut(INT, bits, bits.length);
    return Literal.ofBits(type, bits);
  }

  /// The `f32` element at a row-major index.
  public float getFloat(long index) {
    check(DType.F32, elements, "float");
    checkOpen();
    return Float.intBitsToFloat(bits(checkIndex(index)));
  }

  /// The `i32` element at a row-major index; of a `bool` tensor 0 or 1.
  public int getInt(long index) {
    checkNotFloat();
    checkOpen();
    return bits(checkIndex(index));
  }

  /// Changes the `f32` element at a row-major index.
  public void set(long index, float value) {
    check(DType.F32, elements, "float");
    checkOpen();
    setBits(checkIndex(index), Float.floatToRawIntBits(value));
  }

  /// Changes the `i32` element at a row-major index.
  public void set(long index, int value) {
    check(DType.I32, elements, "int");
    checkOpen();
    setBits(checkIndex(index), value);
  }

  /// The row-major index of the element at these positions, one for each axis.
  public long index(long... positions) {
    boolean fits = positions.length == type.rank();
    long index = 0;
    for (int axis = 0; fits && axis < positions.length; axis++) {
      long size = type.shape().size(axis);
      fits = positions[axis] >= 0 && positions[axis] < size;
      index = index * size + positions[axis];
    }
    if (!fits) {
      throw MerapiException.of(Kind.INDEX, "tensor: position out of range")
          .with("name", name)
          .with("positions", Arrays.toString(positions))
          .with("shape", type.shape());
    }
    return index;
  }

  /// Checks that its memory still lives.
  ///
  /// @throws MerapiException of kind `CLOSED` if it was given back
  public void checkOpen() {
    uses.check();
  }

  private MemorySegment open() {
    uses.check();
    return segment;
  }

  // The memory may go at any moment, if another thread closes it: then the JDK throws an
  // IllegalStateException, which becomes ours.

  private int bits(long index) {
    try {
      return segment.getAtIndex(INT, index);
    } catch (IllegalStateException e) {
      checkOpen();
      throw e;
    }
  }

  private void setBits(long index, int bits) {
    try {
      segment.setAtIndex(INT, index, bits);
    } catch (IllegalStateException e) {
      checkOpen();
      throw e;
    }
  }

  private void copyIn(Object array, int start, ValueLayout layout, long index, int count) {
    MemorySegment target = open();
    try {
      MemorySegment.copy(array, start, target, layout, index * layout.byteSize(), count);
    } catch (IllegalStateException e) {
      checkOpen();
      throw e;
    }
  }

  private void copyOut(ValueLayout layout, Object array, int count) {
    MemorySegment source = open();
    try {
      MemorySegment.copy(source, layout, 0, array, 0, count);
    } catch (IllegalStateException e) {
      checkOpen();
      throw e;
    }
  }

  private void copy(MemorySegment from, MemorySegment into) {
    try {
      MemorySegment.copy(from, 0, into, 0, segment.byteSize());
    } catch (IllegalStateException e) {
      checkOpen();
      throw e;
    }
  }

  private void check(DType given, long count, String what) {
    if (type.dtype() != given) {
      throw mismatch("element types differ")
          .with("given", what)
          .hint("use the array type of the tensor: float[], int[] or boolean[]");
    }
    if (count != elements) {
      throw mismatch("number of elements differs").with("elements", elements).with("given", count);
    }
  }

  private void checkNotFloat() {
    if (type.dtype() == DType.F32) {
      throw mismatch("element types differ").with("given", "int");
    }
  }

  private void checkBytes(MemorySegment other) {
    if (other.byteSize() != segment.byteSize()) {
      throw mismatch("number of bytes differs")
          .with("bytes", segment.byteSize())
          .with("given", other.byteSize());
    }
  }

  /// All are checked before the first is written, and reduced to a bit then: somebody else may
  /// write to the source meanwhile.
  private void copyBooleans(MemorySegment source) {
    for (long i = 0; i < elements; i++) {
      int value = source.get(ValueLayout.JAVA_INT_UNALIGNED, i * Integer.BYTES);
      if (value != 0 && value != 1) {
        throw mismatch("a bool must be 0 or 1").with("index", i).with("value", value);
      }
    }
    for (long i = 0; i < elements; i++) {
      setBits(i, source.get(ValueLayout.JAVA_INT_UNALIGNED, i * Integer.BYTES) & 1);
    }
  }

  private void checkRange(int length, int start) {
    checkPart(length, start, 0, elements);
  }

  private void checkPart(int length, int start, long index, long count) {
    boolean fits =
        start >= 0
            && count >= 0
            && count <= length - start
            && index >= 0
            && index <= elements - count;
    if (!fits) {
      throw MerapiException.of(Kind.INDEX, "tensor: part lies outside the array or the tensor")
          .with("name", name)
          .with("start", start)
          .with("index", index)
          .with("count", count)
          .with("length", length)
          .with("elements", elements);
    }
  }

  private long checkIndex(long index) {
    if (index < 0 || index >= elements) {
      throw MerapiException.of(Kind.INDEX, "tensor: index out of range")
          .with("name", name)
          .with("index", index)
          .with("elements", elements);
    }
    return index;
  }

  private MerapiException mismatch(String what) {
    return MerapiException.of(Kind.SHAPE, "tensor: " + what).with("name", name).with("type", type);
  }

  /// The name and, while the memory lives, the numbers as [TensorText] writes them.
  @Override
  public String toString() {
    if (uses.isClosed()) {
      return name + ": closed, " + type;
    }
    return name
        + ": "
        + TensorText.of(
            type,
            index -> type.dtype() == DType.F32 ? Float.intBitsToFloat(bits(index)) : bits(index));
  }
}
