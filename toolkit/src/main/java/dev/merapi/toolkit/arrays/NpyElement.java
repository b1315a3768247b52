package dev.merapi.toolkit.arrays;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.DType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.ToIntFunction;

/// The element types of `.npy` files that can be read, and what they become.
enum NpyElement {
  F2("f2", DType.F32, data -> Float.floatToRawIntBits(Float.float16ToFloat(data.getShort()))),
  F4("f4", DType.F32, ByteBuffer::getInt),
  F8("f8", DType.F32, data -> Float.floatToRawIntBits(rounded(data.getDouble()))),
  I1("i1", DType.I32, ByteBuffer::get),
  I2("i2", DType.I32, ByteBuffer::getShort),
  I4("i4", DType.I32, ByteBuffer::getInt),
  I8("i8", DType.I32, data -> narrowed(data.getLong())),
  U1("u1", DType.I32, data -> data.get() & 0xff),
  U2("u2", DType.I32, data -> data.getShort() & 0xffff),
  U4("u4", DType.I32, data -> narrowed(Integer.toUnsignedLong(data.getInt()))),
  U8("u8", DType.I32, data -> narrowedUnsigned(data.getLong())),
  B1("b1", DType.BOOL, data -> truth(data.get()));

  private final String code;
  private final DType dtype;
  private final ToIntFunction<ByteBuffer> decoder;

  NpyElement(String code, DType dtype, ToIntFunction<ByteBuffer> decoder) {
    this.code = code;
    this.dtype = dtype;
    this.decoder = decoder;
  }

  /// The type with that code: kind and bytes.
  static Optional<NpyElement> of(String code) {
    return Arrays.stream(values()).filter(each -> each.code.equals(code)).findFirst();
  }

  /// The type in which tensors are written.
  static NpyElement of(DType dtype) {
    return switch (dtype) {
      case F32 -> F4;
      case I32 -> I4;
      case BOOL -> B1;
    };
  }

  /// Kind and bytes, such as `f4`.
  String code() {
    return code;
  }

  /// The type of the tensor.
  DType dtype() {
    return dtype;
  }

  /// The bytes of one element.
  int bytes() {
    return code.charAt(1) - '0';
  }

  /// The next element as 32 bits in memory.
  ///
  /// @throws MerapiException of kind `FORMAT` if the value has no place in the type
  int decode(ByteBuffer data) {
    return decoder.applyAsInt(data);
  }

  private static float rounded(double value) {
    float near = (float) value;
    if (Float.isInfinite(near) && Double.isFinite(value)) {
      throw unfit(value, DType.F32);
    }
    return near;
  }

  private static int narrowed(long value) {
    if (value != (int) value) {
      throw unfit(value, DType.I32);
    }
    return (int) value;
  }

  private static int narrowedUnsigned(long value) {
    if (value < 0) {
      throw unfit(Long.toUnsignedString(value), DType.I32);
    }
    return narrowed(value);
  }

  private static int truth(byte value) {
    if (value != 0 && value != 1) {
      throw unfit(value, DType.BOOL);
    }
    return value;
  }

  private static MerapiException unfit(Object value, DType type) {
    return MerapiException.of(Kind.FORMAT, "npy: a value has no place in the type")
        .with("value", value)
        .with("type", type);
  }
}
