package dev.merapi.memory;

import dev.merapi.foreign.SystemFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Memory backed by 2 MiB pages where the system has them (Linux): `mmap`, aligned, and advised
/// before the first touch, because pages that were touched before keep their size.
final class HugePages {
  static final long PAGE = 2L << 20;

  private static final int PROT_READ_WRITE = 1 | 2;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;
  private static final int MADV_HUGEPAGE = 14;
  private static final Optional<HugePages> SYSTEM = find();

  private final SystemFunction mmap;
  private final SystemFunction munmap;
  private final SystemFunction madvise;

  private HugePages(SystemFunction mmap, SystemFunction munmap, SystemFunction madvise) {
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
    var mmap = SystemFunction.find("mmap");
    var munmap = SystemFunction.find("munmap");
    var madvise = SystemFunction.find("madvise");
    return mmap.isEmpty() || munmap.isEmpty() || madvise.isEmpty()
        ? Optional.empty() // plain memory serves as well, only slower
        : Optional.of(new HugePages(mmap.get(), munmap.get(), madvise.get()));
  }

  private Optional<MemorySegment> map(long bytes, Arena arena, Runnable released) {
    long length = Math.addExact(Math.ceilDiv(bytes, PAGE) * PAGE, PAGE);
    long start = mmap.call(0, length, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
    if (start == -1) {
      return Optional.empty();
    }
    long aligned = Math.ceilDiv(start, PAGE) * PAGE;
    // A refusal is no failure: the memory is then made of small pages.
    long _ = madvise.call(aligned, length - PAGE, MADV_HUGEPAGE);
    return Optional.of(
        MemorySegment.ofAddress(aligned)
            .reinterpret(
                bytes,
                arena,
                _ -> {
                  long _ = munmap.call(start, length);
                  released.run();
                }));
  }
}
