package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.jit.Memory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Loads and stores of narrow elements between memory and lanes in memory, one by one: for vectors
/// whose conversion the Vector API does not have. Lanes have four bytes. A mask is bits; elements
/// where it is off are not touched.
final class Narrow {
  private static final MemorySegment ALL = Memory.ALL;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private Narrow() {}

  static void loadI8(long from, long to, int count, long mask) {
    for (int i = 0; i < count; i++) {
      ALL.set(INT, lane(to, i), isOn(mask, i) ? ALL.get(BYTE, from + i) : 0);
    }
  }

  static void loadU8(long from, long to, int count, long mask) {
    for (int i = 0; i < count; i++) {
      ALL.set(INT, lane(to, i), isOn(mask, i) ? ALL.get(BYTE, from + i) & 0xff : 0);
    }
  }

  static void loadI16(long from, long to, int count, long mask) {
    for (int i = 0; i < count; i++) {
      ALL.set(INT, lane(to, i), isOn(mask, i) ? ALL.get(SHORT, half(from, i)) : 0);
    }
  }

  static void loadU16(long from, long to, int count, long mask) {
    for (int i = 0; i < count; i++) {
      ALL.set(INT, lane(to, i), isOn(mask, i) ? ALL.get(SHORT, half(from, i)) & 0xffff : 0);
    }
  }

  static void loadF16(long from, long to, int count, long mask) {
    for (int i = 0; i < count; i++) {
      short bits = isOn(mask, i) ? ALL.get(SHORT, half(from, i)) : 0;
      ALL.set(FLOAT, lane(to, i), Float.float16ToFloat(bits));
    }
  }

  static void loadBF16(long from, long to, int count, long mask) {
    for (int i = 0; i < count; i++) {
      short bits = isOn(mask, i) ? ALL.get(SHORT, half(from, i)) : 0;
      ALL.set(FLOAT, lane(to, i), LaneMath.fromBfloat16(bits));
    }
  }

  static long loadBOOL(long from, int count, long mask) {
    long bits = 0;
    for (int i = 0; i < count; i++) {
      bits |= isOn(mask, i) && ALL.get(BYTE, from + i) != 0 ? 1L << i : 0;
    }
    return bits;
  }

  static void storeI8(long from, long to, int count, long mask) {
    for (int i = 0; i < count; i++) {
      if (isOn(mask, i)) {
        ALL.set(BYTE, to + i, (byte) ALL.get(INT, lane(from, i)));
      }
    }
  }

  static void storeI16(long from, long to, int count, long mask) {
    for (int i = 0; i < count; i++) {
      if (isOn(mask, i)) {
        ALL.set(SHORT, half(to, i), (short) ALL.get(INT, lane(from, i)));
      }
    }
  }

  static void storeF16(long from, long to, int count, long mask) {
    for (int i = 0; i < count; i++) {
      if (isOn(mask, i)) {
        ALL.set(SHORT, half(to, i), Float.floatToFloat16(ALL.get(FLOAT, lane(from, i))));
      }
    }
  }

  static void storeBF16(long from, long to, int count, long mask) {
    for (int i = 0; i < count; i++) {
      if (isOn(mask, i)) {
        ALL.set(SHORT, half(to, i), LaneMath.toBfloat16(ALL.get(FLOAT, lane(from, i))));
      }
    }
  }

  static void storeBOOL(long bits, long to, int count, long mask) {
    for (int i = 0; i < count; i++) {
      if (isOn(mask, i)) {
        ALL.set(BYTE, to + i, (byte) (bits >>> i & 1));
      }
    }
  }

  private static boolean isOn(long mask, int lane) {
    return (mask >>> lane & 1) != 0;
  }

  private static long lane(long address, int lane) {
    return address + (long) lane * Integer.BYTES;
  }

  private static long half(long address, int lane) {
    return address + (long) lane * Short.BYTES;
  }
}
