package dev.merapi.kernels.machine.lower;

import dev.merapi.kernels.machine.CallingConvention;
import dev.merapi.kernels.x64.Gpr;

/// The registers that code may use, those first that cost nothing to use.
final class Places {
  /// Where `rsp` is not, and what a function may change in both conventions comes first; then what
  /// makes code short.
  private static final int[] GENERAL = {0, 1, 2, 8, 9, 10, 11, 7, 6, 3, 14, 15, 12, 13, 5};

  /// `k0` cannot mask.
  private static final int[] MASKS = {1, 2, 3, 4, 5, 6, 7};

  private final int[] general;
  private final int[] vectors;
  private final long preserved;

  /// @param framePointer whether `rbp` is taken
  Places(Target target, CallingConvention convention, boolean framePointer) {
    general = new int[GENERAL.length - (framePointer ? 1 : 0)];
    System.arraycopy(GENERAL, 0, general, 0, general.length);
    vectors = new int[target.vectors];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = i;
    }
    long numbers = 0;
    for (Gpr register : convention.preserved()) {
      numbers |= 1L << register.number();
    }
    preserved = numbers;
  }

  /// The numbers of registers, in the order in which they are given away.
  int[] of(Reg.Kind kind) {
    return switch (kind) {
      case GENERAL -> general;
      case VECTOR -> vectors;
      case MASK -> MASKS;
    };
  }

  /// Whether a call leaves a register as it is.
  boolean isPreserved(Reg.Kind kind, int number) {
    return kind == Reg.Kind.GENERAL && (preserved >>> number & 1) != 0;
  }
}
