package dev.merapi.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// What all slabs of the JVM together take of the system's memory.
///
/// The collector does not know how much memory hangs on the small objects that stand for slabs, and
/// may not run for long while they pile up. So where slabs that it is to give back
/// ([Slab#collected]) come to more than the largest heap, and more than twice of what was left the
/// last time, it is asked to run, as the JDK does for direct buffers. What is in use is never
/// refused, as long as the system has memory.
public final class OffHeap {
  /// How a slab is given back.
  enum Life {
    /// By [Slab#close()].
    CLOSED,
    /// By the garbage collector.
    COLLECTED
  }

  /// What processors address.
  private static final long MOST_BYTES = 1L << 57;

  private static final long LONGEST_PAUSE_MILLIS = 64;

  /// A pause in which the thread that gives memory back has had its turn, even where others are
  /// busy.
  private static final long LONG_PAUSE_MILLIS = 8;

  private static final long LEAST_LIMIT = Runtime.getRuntime().maxMemory();

  // Numbers of the process, like the memory that they count.
  private static final AtomicLong SLABS = new AtomicLong();
  private static final AtomicLong BYTES = new AtomicLong();
  private static final AtomicLong COLLECTED = new AtomicLong();
  private static final AtomicLong LIMIT = new AtomicLong(LEAST_LIMIT);

  private OffHeap() {}

  /// The number of slabs that exist. It is larger than of those in use, until the collector has
  /// run.
  public static long slabs() {
    return SLABS.get();
  }

  /// The bytes of these slabs.
  public static long bytes() {
    return BYTES.get();
  }

  /// Zero-filled memory, aligned as slabs are, that the arena's closing gives back.
  ///
  /// @throws OutOfMemoryError if the system has not that much
  static MemorySegment allocate(long bytes, Arena arena, Life life) {
    if (bytes > MOST_BYTES) {
      throw new OutOfMemoryError("off-heap memory: " + bytes + " bytes");
    }
    Runnable released = () -> count(-bytes, -1, life);
    count(bytes, 1, life);
    boolean taken = false;
    try {
      if (life == Life.COLLECTED && COLLECTED.get() > LIMIT.get()) {
        collectAbove();
      }
      MemorySegment memory =
          take(bytes, arena, released)
              .or(() -> {
                collect();
                return take(bytes, arena, released);
              })
              .orElseThrow(() -> new OutOfMemoryError("off-heap memory: " + bytes + " bytes"));
      taken = true;
      return memory;
    } finally {
      if (!taken) {
        released.run();
      }
    }
  }

  private static void count(long bytes, int slabs, Life life) {
    SLABS.addAndGet(slabs);
    BYTES.addAndGet(bytes);
    if (life == Life.COLLECTED) {
      COLLECTED.addAndGet(bytes);
    }
  }

  private static Optional<MemorySegment> take(long bytes, Arena arena, Runnable released) {
    if (!CHeap.isThere()) {
      released.run(); // the JDK counts it, and limits it to the size of the heap
      return Optional.of(arena.allocate(bytes, Slab.ALIGNMENT));
    }
    return bytes >= Slab.HUGE && HugePages.areThere()
        ? HugePages.allocate(bytes, arena, released)
        : CHeap.allocate(bytes, arena, released);
  }

  private static synchronized void collectAbove() {
    if (COLLECTED.get() > LIMIT.get()) { // unless another thread has seen to it
      collect();
    }
  }

  /// Has the collector run, and waits until what it found was given back.
  private static synchronized void collect() {
    long before = COLLECTED.get();
    var seen = new AtomicBoolean();
    mark(seen);
    System.gc();
    try {
      for (long pause = 1; pause <= LONGEST_PAUSE_MILLIS; pause *= 2) {
        Thread.sleep(pause);
        long now = COLLECTED.get();
        if (seen.get() && now == before && pause >= LONG_PAUSE_MILLIS) {
          break;
        }
        before = now;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the collector goes on by itself
    }
    LIMIT.set(limit(COLLECTED.get(), seen.get()));
  }

  /// When the collector is asked to run again. What is left after it is in use, and may double.
  /// Where it did not come to its end, as on a busy machine or where such requests are turned off,
  /// nobody knows what is in use, and it is asked again after a little more.
  private static long limit(long left, boolean collected) {
    return collected ? Math.max(LEAST_LIMIT, 2 * left) : left + LEAST_LIMIT / 4;
  }

  /// Something that is garbage at once, and says when it was collected.
  private static void mark(AtomicBoolean seen) {
    MemorySegment.NULL.reinterpret(Arena.ofAuto(), _ -> seen.set(true));
  }
}
