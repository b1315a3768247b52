package dev.merapi.kernels.ir.interpret;

import dev.merapi.kernels.ir.MemoryType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The memory of a run: native segments, found by address, and the elements in them.
final class Buffers {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final List<MemorySegment> segments;

  Buffers(List<MemorySegment> segments) {
    for (MemorySegment segment : segments) {
      if (!segment.isNative()) {
        throw new IllegalArgumentException("memory without an address: segment=" + segment);
      }
    }
    this.segments = List.copyOf(segments);
  }

  /// The segment that contains an address, or else one that ends there; null for none.
  @Nullable MemorySegment find(long address) {
    MemorySegment ending = null;
    for (MemorySegment segment : segments) {
      long offset = address - segment.address();
      if (offset >= 0 && offset < segment.byteSize()) {
        return segment;
      }
      if (offset == segment.byteSize()) {
        ending = segment;
      }
    }
    return ending;
  }

  /// An element as the bits of a lane, or for `bool` 0 or 1.
  static long get(MemorySegment from, MemoryType type, long offset) {
    return switch (type) {
      case BOOL -> from.get(ValueLayout.JAVA_BYTE, offset) == 0 ? 0 : 1;
      case I8 -> from.get(ValueLayout.JAVA_BYTE, offset);
      case U8 -> from.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
      case I16 -> from.get(SHORT, offset);
      case U16 -> from.get(SHORT, offset) & 0xffff;
      case F16 -> Float.floatToRawIntBits(Float.float16ToFloat(from.get(SHORT, offset)));
      case BF16 -> from.get(SHORT, offset) << Short.SIZE;
      case F32, I32 -> from.get(INT, offset);
      case F64, I64 -> from.get(LONG, offset);
    };
  }

  static void set(MemorySegment to, MemoryType type, long offset, long bits) {
    switch (type) {
      case BOOL, I8, U8 -> to.set(ValueLayout.JAVA_BYTE, offset, (byte) bits);
      case I16, U16 -> to.set(SHORT, offset, (short) bits);
      case F16 -> to.set(SHORT, offset, Float.floatToFloat16(Float.intBitsToFloat((int) bits)));
      case BF16 -> to.set(SHORT, offset, bfloat16((int) bits));
      case F32, I32 -> to.set(INT, offset, (int) bits);
      case F64, I64 -> to.set(LONG, offset, bits);
    }
  }

  /// Half a unit less one, and one more if the last bit that stays is odd, carry into it.
  private static short bfloat16(int bits) {
    if (Float.isNaN(Float.intBitsToFloat(bits))) {
      return (short) (bits >>> Short.SIZE | 0x40); // quiet: the low bits may have been all it had
    }
    return (short) (bits + 0x7fff + (bits >>> Short.SIZE & 1) >>> Short.SIZE);
  }
}
