package dev.merapi.memory;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.TensorType;
import dev.merapi.memory.OffHeap.Life;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// One off-heap allocation, zero-filled, its start aligned to at least 64 bytes.
///
/// From [#HUGE] on it is made of 2 MiB pages where the system gives them. Views are checked against
/// its size and its life: after the last of its users has returned the memory is gone, and a view
/// says so instead of reading it. Code that works on the raw [#address()] holds a use of it
/// ([#acquire()]) meanwhile.
public final class Slab implements AutoCloseable {
  /// The alignment of every slab and of every slot in it, in bytes.
  public static final long ALIGNMENT = 64;

  /// From this size on, huge pages are asked for.
  public static final long HUGE = 4L << 20;

  /// Bytes behind the end that a kernel may read, for nothing: where the processor has no masked
  /// loads (x86 before AVX, AArch64 before SVE), C2 makes such a load of a whole vector and leaves
  /// out the lanes afterwards, and the vectors of a row that is cut off may all lie behind it.
  static final long TAIL = 256;

  private final MemorySegment whole;
  private final MemorySegment segment;
  private final UseCount uses;

  private Slab(long bytes, Arena arena, Life life, Runnable free) {
    whole = memory(Math.min(bytes, Long.MAX_VALUE - TAIL) + TAIL, arena, life);
    segment = whole.asSlice(0, bytes);
    uses = new UseCount("memory", free);
  }

  /// Allocates a slab that [#close()] gives back.
  ///
  /// @throws MerapiException of kind `MEMORY` if the system has not that much
  public static Slab allocate(long bytes) {
    Arena arena = Arena.ofShared();
    return new Slab(check(bytes), arena, Life.CLOSED, arena::close);
  }

  /// Allocates a slab that is given back when nothing refers to it any more.
  ///
  /// @throws MerapiException of kind `MEMORY` if the system has not that much
  public static Slab collected(long bytes) {
    return new Slab(check(bytes), Arena.ofAuto(), Life.COLLECTED, () -> {});
  }

  private static long check(long bytes) {
    if (bytes < 0) {
      throw MerapiException.of(Kind.ARGUMENT, "slab: negative size").with("bytes", bytes);
    }
    return bytes;
  }

  private static MemorySegment memory(long bytes, Arena arena, Life life) {
    try {
      return OffHeap.allocate(bytes, arena, life);
    } catch (OutOfMemoryError e) {
      throw MerapiException.of(Kind.MEMORY, "slab: the system has not that much memory")
          .with("bytes", bytes - TAIL)
          .hint("bind smaller sizes")
          .causedBy(e);
    }
  }

  /// Its size in bytes.
  public long bytes() {
    return segment.byteSize();
  }

  /// The raw address of its first byte; valid while a use is held.
  public long address() {
    return segment.address();
  }

  /// All of it, checked by the JDK.
  public MemorySegment segment() {
    return segment;
  }

  /// All of it and what may be read behind it.
  MemorySegment readable() {
    return whole;
  }

  /// A checked view of a slot.
  ///
  /// @param name what messages call it
  /// @throws MerapiException of kind `ARGUMENT` if the slot lies outside or is shorter than the
  ///   type
  public HostTensor view(String name, TensorType type, Slot slot) {
    return view(name, type, slot, uses);
  }

  /// A checked view of a slot that ends with something else than the slab.
  ///
  /// @param name what messages call it
  /// @param life the view refuses to work when it is closed
  /// @throws MerapiException of kind `ARGUMENT` if the slot lies outside or is shorter than the
  ///   type
  public HostTensor view(String name, TensorType type, Slot slot, UseCount life) {
    if (slot.end() > bytes() || type.bytes() > slot.bytes()) {
      throw MerapiException.of(Kind.ARGUMENT, "slab: slot does not fit")
          .with("name", name)
          .with("type", type)
          .with("slot", slot)
          .with("bytes", bytes());
    }
    return new HostTensor(name, type, segment.asSlice(slot.offset(), type.bytes()), life);
  }

  /// Starts a use of the raw memory; [#release()] ends it.
  ///
  /// @throws MerapiException of kind `CLOSED` after [#close()]
  public void acquire() {
    uses.acquire();
  }

  /// Ends a use; the last one frees a closed slab.
  public void release() {
    uses.release();
  }

  /// Whether it was closed.
  public boolean isClosed() {
    return uses.isClosed();
  }

  /// Refuses new uses and frees the memory when the last running one has ended.
  @Override
  public void close() {
    uses.close();
  }

  @Override
  public String toString() {
    return "Slab[" + bytes() + " bytes" + (isClosed() ? ", closed]" : "]");
  }
}
