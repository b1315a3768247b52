package dev.merapi.format;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.DType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/// The element types of safetensors that are read: names, bytes, and the number that bytes mean.
enum StoredType {
  F64(8, Family.FLOAT, ByteBuffer::getDouble),
  F32(4, Family.FLOAT, ByteBuffer::getFloat),
  F16(2, Family.FLOAT, bytes -> Float.float16ToFloat(bytes.getShort())),
  BF16(2, Family.FLOAT, bytes -> Float.intBitsToFloat(bytes.getShort() << 16)),
  I64(8, Family.WHOLE, ByteBuffer::getLong),
  I32(4, Family.WHOLE, ByteBuffer::getInt),
  I16(2, Family.WHOLE, ByteBuffer::getShort),
  I8(1, Family.WHOLE, ByteBuffer::get),
  U8(1, Family.WHOLE, bytes -> bytes.get() & 0xff),
  BOOL(1, Family.TRUTH, ByteBuffer::get);

  /// What elements are.
  enum Family {
    FLOAT,
    WHOLE,
    TRUTH
  }

  private final int bytes;
  private final Family family;
  private final ToDoubleFunction<ByteBuffer> number;

  StoredType(int bytes, Family family, ToDoubleFunction<ByteBuffer> number) {
    this.bytes = bytes;
    this.family = family;
    this.number = number;
  }

  /// Bytes of one element in a file.
  int bytes() {
    return bytes;
  }

  Family family() {
    return family;
  }

  /// The next element. The `I64` that a double rounds are outside of every type they could become
  /// but `F32`, which rounds them anyway.
  double number(ByteBuffer source) {
    return number.applyAsDouble(source);
  }

  /// The type of that name in a header.
  static StoredType named(String name, String tensor) {
    for (StoredType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw MerapiException.of(Kind.FORMAT, "safetensors: element type is not supported")
        .with("tensor", tensor)
        .with("type", name)
        .with("supported", Arrays.toString(values()));
  }

  /// How elements of that type are stored.
  static StoredType of(DType type) {
    return switch (type) {
      case F32 -> F32;
      case I32 -> I32;
      case BOOL -> BOOL;
    };
  }

  /// The type that is stored like this, if there is one.
  boolean stores(DType type) {
    return this == of(type);
  }

  /// Whether elements may become those of a type; single ones may still lie out of its range.
  boolean convertsTo(DType type) {
    return switch (type) {
      case F32 -> family != Family.TRUTH;
      case I32 -> family == Family.WHOLE;
      case BOOL -> family == Family.TRUTH || this == U8;
    };
  }
}
