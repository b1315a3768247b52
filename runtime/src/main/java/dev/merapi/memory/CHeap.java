package dev.merapi.memory;

import dev.merapi.foreign.SystemFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.Consumer;

/// Memory of C's heap. Unlike what [Arena#allocate] gives it is not limited to the size of Java's
/// heap.
final class CHeap {
  private static final Optional<CHeap> SYSTEM = find();

  private final SystemFunction calloc;
  private final SystemFunction free;

  private CHeap(SystemFunction calloc, SystemFunction free) {
    this.calloc = calloc;
    this.free = free;
  }

  /// Whether this system and this JVM's flags allow it.
  static boolean isThere() {
    return SYSTEM.isPresent();
  }

  /// Zero-filled memory, aligned as slabs are, that the arena's closing gives back; empty if the
  /// system has not that much.
  ///
  /// @param released runs when it was given back
  static Optional<MemorySegment> allocate(long bytes, Arena arena, Runnable released) {
    return SYSTEM.isEmpty() ? Optional.empty() : SYSTEM.get().take(bytes, arena, released);
  }

  private static Optional<CHeap> find() {
    return SystemFunction.find("calloc")
        .flatMap(calloc -> SystemFunction.find("free").map(free -> new CHeap(calloc, free)));
  }

  private Optional<MemorySegment> take(long bytes, Arena arena, Runnable released) {
    long start = calloc.call(1, Math.addExact(bytes, Slab.ALIGNMENT));
    if (start == 0) {
      return Optional.empty();
    }
    long aligned = Math.ceilDiv(start, Slab.ALIGNMENT) * Slab.ALIGNMENT;
    return Optional.of(
        MemorySegment.ofAddress(aligned)
            .reinterpret(bytes, arena, new Release(free, start, released)));
  }

  /// Gives memory back. A lambda of this shape would cost a process that starts some milliseconds.
  private record Release(SystemFunction free, long start, Runnable released)
      implements Consumer<MemorySegment> {
    @Override
    public void accept(MemorySegment memory) {
      long _ = free.call(start);
      released.run();
    }
  }
}
