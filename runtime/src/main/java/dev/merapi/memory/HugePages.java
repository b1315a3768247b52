package dev.merapi.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Memory backed by 2 MiB pages where the system has them (Linux): `mmap`, aligned, and advised
/// before the first touch, because pages that were touched before keep their size.
final class HugePages {
  static final long PAGE = 2L << 20;

  private static final int PROT_READ_WRITE = 1 | 2;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;
  private static final int MADV_HUGEPAGE = 14;
  private static final Optional<HugePages> SYSTEM = find();

  private final MethodHandle mmap;
  private final MethodHandle munmap;
  private final MethodHandle madvise;

  private HugePages(MethodHandle mmap, MethodHandle munmap, MethodHandle madvise) {
    this.mmap = mmap;
    this.munmap = munmap;
    this.madvise = madvise;
  }

  /// Whether this system and this JVM's flags allow them.
  static boolean areThere() {
    return SYSTEM.isPresent();
  }

  /// Zero-filled memory that the arena's closing gives back; empty if the system has not that much.
  ///
  /// @param released runs when it was given back
  static Optional<MemorySegment> allocate(long bytes, Arena arena, Runnable released) {
    return SYSTEM.flatMap(system -> system.map(bytes, arena, released));
  }

  private static Optional<HugePages> find() {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return Optional.empty(); // the constants above are Linux's
    }
    try {
      Linker linker = Linker.nativeLinker();
      var lookup = linker.defaultLookup();
      var pointer = ValueLayout.JAVA_LONG;
      var word = ValueLayout.JAVA_INT;
      var mmap =
          linker.downcallHandle(
              lookup.findOrThrow("mmap"),
              FunctionDescriptor.of(pointer, pointer, pointer, word, word, word, pointer));
      var munmap =
          linker.downcallHandle(
              lookup.findOrThrow("munmap"), FunctionDescriptor.of(word, pointer, pointer));
      var madvise =
          linker.downcallHandle(
              lookup.findOrThrow("madvise"), FunctionDescriptor.of(word, pointer, pointer, word));
      return Optional.of(new HugePages(mmap, munmap, madvise));
    } catch (UnsupportedOperationException
        | IllegalCallerException
        | java.util.NoSuchElementException _) {
      return Optional.empty(); // plain memory serves as well, only slower
    }
  }

  private Optional<MemorySegment> map(long bytes, Arena arena, Runnable released) {
    long length = Math.addExact(Math.ceilDiv(bytes, PAGE) * PAGE, PAGE);
    try {
      long start =
          (long) mmap.invokeExact(0L, length, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
      if (start == -1) {
        return Optional.empty();
      }
      long aligned = Math.ceilDiv(start, PAGE) * PAGE;
      // A refusal is no failure: the memory is then made of small pages.
      int _ = (int) madvise.invokeExact(aligned, length - PAGE, MADV_HUGEPAGE);
      return Optional.of(
          MemorySegment.ofAddress(aligned)
              .reinterpret(
                  bytes,
                  arena,
                  _ -> {
                    unmap(start, length);
                    released.run();
                  }));
    } catch (Throwable e) {
      throw new IllegalStateException("mmap", e); // a C function throws nothing
    }
  }

  private void unmap(long start, long length) {
    try {
      int _ = (int) munmap.invokeExact(start, length);
    } catch (Throwable e) {
      throw new IllegalStateException("munmap", e);
    }
  }
}
