package dev.merapi.kernels.emit;

import java.lang.foreign.MemorySegment;

/// The whole address space as one segment. Its scope is global, so that C2 folds the liveness check
/// away, and its bounds check reduces to a sign test.
public final class Memory {
  /// Offsets into this segment are addresses.
  public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private Memory() {}
}
