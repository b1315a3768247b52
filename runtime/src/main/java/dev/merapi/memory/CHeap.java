package dev.merapi.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import java.util.Optional;

/// Memory of C's heap. Unlike what [Arena#allocate] gives it is not limited to the size of Java's
/// heap.
final class CHeap {
  private static final Optional<CHeap> SYSTEM = find();

  private final MethodHandle calloc;
  private final MethodHandle free;

  private CHeap(MethodHandle calloc, MethodHandle free) {
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
    return SYSTEM.flatMap(system -> system.take(bytes, arena, released));
  }

  private static Optional<CHeap> find() {
    try {
      Linker linker = Linker.nativeLinker();
      var lookup = linker.defaultLookup();
      var pointer = ValueLayout.JAVA_LONG;
      var calloc =
          linker.downcallHandle(
              lookup.findOrThrow("calloc"), FunctionDescriptor.of(pointer, pointer, pointer));
      var free =
          linker.downcallHandle(lookup.findOrThrow("free"), FunctionDescriptor.ofVoid(pointer));
      return Optional.of(new CHeap(calloc, free));
    } catch (UnsupportedOperationException | IllegalCallerException | NoSuchElementException _) {
      return Optional.empty();
    }
  }

  private Optional<MemorySegment> take(long bytes, Arena arena, Runnable released) {
    long start = calloc(Math.addExact(bytes, Slab.ALIGNMENT));
    if (start == 0) {
      return Optional.empty();
    }
    long aligned = Math.ceilDiv(start, Slab.ALIGNMENT) * Slab.ALIGNMENT;
    return Optional.of(
        MemorySegment.ofAddress(aligned)
            .reinterpret(
                bytes,
                arena,
                _ -> {
                  free(start);
                  released.run();
                }));
  }

  private long calloc(long bytes) {
    try {
      return (long) calloc.invokeExact(1L, bytes);
    } catch (Throwable e) {
      throw new IllegalStateException("calloc", e); // a C function throws nothing
    }
  }

  private void free(long start) {
    try {
      free.invokeExact(start);
    } catch (Throwable e) {
      throw new IllegalStateException("free", e);
    }
  }
}
