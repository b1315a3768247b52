package dev.merapi.kernels.conv;

import static dev.merapi.kernels.emit.Memory.ALL;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Clears memory without making an object: `MemorySegment.fill` would need a slice.
final class Zeros {
  private static final int SEED = 64;

  private Zeros() {}

  /// Clears a number of bytes, a multiple of 64.
  static void fill(long address, long bytes) {
    if (bytes == 0) {
      return;
    }
    for (int i = 0; i < SEED; i += Long.BYTES) {
      ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address + i, 0);
    }
    for (long done = SEED; done < bytes; done *= 2) {
      MemorySegment.copy(ALL, address, ALL, address + done, Math.min(done, bytes - done));
    }
  }
}
