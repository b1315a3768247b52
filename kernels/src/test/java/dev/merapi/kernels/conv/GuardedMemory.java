package dev.merapi.kernels.conv;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Arrays between pages that nothing may touch: whoever reads or writes behind the end of an array,
/// or before its start, ends the JVM. Linux only.
final class GuardedMemory implements AutoCloseable {
  /// Which end of an array lies at a page that may not be touched; at the other end there may be
  /// some bytes of the array's own page between.
  enum Edge {
    START,
    END
  }

  private static final long PAGE = 4096;
  private static final int PROT_NONE = 0;
  private static final int PROT_READ_WRITE = 1 | 2;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;

  private static final MethodHandle MMAP =
      function(
          "mmap",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle MPROTECT =
      function(
          "mprotect",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));
  private static final MethodHandle MUNMAP =
      function(
          "munmap",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));

  private final Edge edge;
  private final Arena arena = Arena.ofConfined();

  GuardedMemory(Edge edge) {
    this.edge = edge;
  }

  private static MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }

  /// An array of some bytes.
  ///
  /// @param alignment of its address; behind its end there are up to as many bytes without one
  MemorySegment allocate(long bytes, long alignment) {
    long aligned = Math.ceilDiv(bytes, alignment) * alignment;
    long inner = Math.ceilDiv(aligned, PAGE) * PAGE;
    long length = inner + 2 * PAGE;
    try {
      long start = (long) MMAP.invokeExact(0L, length, PROT_NONE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
      if (start == -1 || (int) MPROTECT.invokeExact(start + PAGE, inner, PROT_READ_WRITE) != 0) {
        throw new OutOfMemoryError("mmap: bytes=" + length);
      }
      long address = start + PAGE + (edge == Edge.START ? 0 : inner - aligned);
      return MemorySegment.ofAddress(address).reinterpret(bytes, arena, _ -> unmap(start, length));
    } catch (Throwable e) {
      throw new IllegalStateException("mmap", e);
    }
  }

  MemorySegment copy(float[] values) {
    MemorySegment segment = allocate((long) values.length * Float.BYTES, Float.BYTES);
    MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT, 0, values.length);
    return segment;
  }

  private static void unmap(long start, long length) {
    try {
      int _ = (int) MUNMAP.invokeExact(start, length);
    } catch (Throwable e) {
      throw new IllegalStateException("munmap", e);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
