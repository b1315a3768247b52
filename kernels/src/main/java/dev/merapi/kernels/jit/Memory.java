package dev.merapi.kernels.jit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The whole address space as one segment. Its scope is global, so that C2 folds the liveness check
/// away, and its bounds check reduces to a sign test.
public final class Memory {
  /// Offsets into this segment are addresses.
  public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  static {
    // C2 compiles kernels under the assumption that segments of one class only exist, as long as
    // that is so. A heap segment
    // made later, anywhere in the program, would throw all compiled kernels away.
    MemorySegment.ofArray(new byte[0]);
    MemorySegment.ofArray(new float[0]);
    MemorySegment.ofArray(new int[0]);
    MemorySegment.ofArray(new long[0]);
  }

  private Memory() {}

  /// The `long` at an address of an argument block.
  ///
  /// A method of its own, and not a tiny one, so that C1 calls it: C1 makes some 10 KB of code of a
  /// memory access that it inlines, and gives up on a method with too many. C2 inlines it.
  public static long argument(long address) {
    if (address <= 0 || (address & Long.BYTES - 1) != 0) {
      throw new IllegalArgumentException("argument block: address=" + address);
    }
    return ALL.get(ValueLayout.JAVA_LONG, address);
  }
}
