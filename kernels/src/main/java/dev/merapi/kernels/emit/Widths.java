package dev.merapi.kernels.emit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Shows the Vector API's own call sites more than two widths, once for each JVM.
///
/// The profile of such a site is shared by all kernels. Where it has seen exactly two vector
/// classes, C2 inlines both alternatives before it knows which one a kernel has, and the store
/// behind them becomes a call that allocates its vector. With one class, or with more than two, it
/// waits and gets the right one.
final class Widths {
  private static final int ROUNDS = 1000;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  static {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = Memory.ALL.asSlice(arena.allocate(64, 64).address(), 64);
      for (int i = 0; i < ROUNDS; i++) {
        use(FloatVector.SPECIES_64, memory);
        use(FloatVector.SPECIES_128, memory);
        use(FloatVector.SPECIES_256, memory);
        use(FloatVector.SPECIES_512, memory);
      }
    }
  }

  private Widths() {}

  /// Returns when it has been done.
  static void spread() {}

  private static void use(VectorSpecies<Float> species, MemorySegment memory) {
    VectorMask<Float> mask = species.indexInRange(0, species.length() - 1);
    FloatVector whole = FloatVector.fromMemorySegment(species, memory, 0, ORDER);
    FloatVector part = FloatVector.fromMemorySegment(species, memory, 0, ORDER, mask);
    FloatVector zero = FloatVector.zero(species);
    FloatVector other = FloatVector.broadcast(species, 0.5f);
    VectorShuffle<Float> shuffle = VectorShuffle.iota(species, 0, 1, true);
    FloatVector result = whole.fma(other, part).add(zero).sub(other).mul(other).blend(zero, mask);
    result.rearrange(shuffle).intoMemorySegment(memory, 0, ORDER);
    result.intoMemorySegment(memory, 0, ORDER, mask);
  }
}
