package dev.merapi.kernels.ir.random;

import dev.merapi.kernels.ir.MemoryType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A buffer whose elements are all of one type, so that no routine reads the bits of a NaN that
/// another instruction made.
///
/// @param shift bytes from an aligned address to its start
/// @param content what it holds at first
public record Buffer(MemoryType type, int elements, int shift, byte[] content) {
  static Buffer draw(Dice dice, MemoryType type, int elements) {
    byte[] content = new byte[elements * type.bytes()];
    MemorySegment memory = MemorySegment.ofArray(content);
    for (int i = 0; i < elements; i++) {
      long at = (long) i * type.bytes();
      switch (type) {
        case BOOL -> memory.set(ValueLayout.JAVA_BYTE, at, (byte) (dice.percent(50) ? 1 : 0));
        case I8, U8 -> memory.set(ValueLayout.JAVA_BYTE, at, (byte) dice.integer());
        case I16, U16 -> memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) dice.integer());
        case F16 ->
            memory.set(
                ValueLayout.JAVA_SHORT_UNALIGNED, at, Float.floatToFloat16((float) dice.number()));
        case BF16 ->
            memory.set(
                ValueLayout.JAVA_SHORT_UNALIGNED,
                at,
                (short) (Float.floatToRawIntBits((float) dice.number()) >>> 16));
        case F32 -> memory.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, (float) dice.number());
        case F64 -> memory.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, at, dice.number());
        case I32 -> memory.set(ValueLayout.JAVA_INT_UNALIGNED, at, (int) dice.integer());
        case I64 -> memory.set(ValueLayout.JAVA_LONG_UNALIGNED, at, dice.integer());
      }
    }
    return new Buffer(type, elements, dice.below(3) == 0 ? dice.below(64) : 0, content);
  }

  /// Whether two memories hold the same element there; any NaN equals any other.
  boolean same(MemorySegment a, MemorySegment b, int element) {
    long at = (long) element * type.bytes();
    return switch (type) {
      case BOOL, I8, U8 -> a.get(ValueLayout.JAVA_BYTE, at) == b.get(ValueLayout.JAVA_BYTE, at);
      case I16, U16 -> half(a, at) == half(b, at);
      case F16 -> same(Float.float16ToFloat(half(a, at)), Float.float16ToFloat(half(b, at)));
      case BF16 ->
          same(Float.intBitsToFloat(half(a, at) << 16), Float.intBitsToFloat(half(b, at) << 16));
      case F32 ->
          same(
              a.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at),
              b.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at));
      case F64 ->
          Double.compare(
                  a.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, at),
                  b.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, at))
              == 0;
      case I32 ->
          a.get(ValueLayout.JAVA_INT_UNALIGNED, at) == b.get(ValueLayout.JAVA_INT_UNALIGNED, at);
      case I64 ->
          a.get(ValueLayout.JAVA_LONG_UNALIGNED, at) == b.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
    };
  }

  private static short half(MemorySegment memory, long at) {
    return memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, at);
  }

  /// Equal with the sign of zeros, and NaN equal to itself.
  private static boolean same(float a, float b) {
    return Float.compare(a, b) == 0;
  }
}
