package dev.merapi.kernels;

import jdk.incubator.vector.FloatVector;

/// How wide this machine's vectors are.
public final class Lanes {
  private Lanes() {}

  /// Bits of the widest vector that the JIT compiles to machine vectors here: 64 (none), 128, 256
  /// or 512.
  public static int preferredBits() {
    return FloatVector.SPECIES_PREFERRED.vectorBitSize();
  }
}
