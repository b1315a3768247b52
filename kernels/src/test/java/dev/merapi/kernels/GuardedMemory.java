package dev.merapi.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.merapi.foreign.SystemFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Function;

/// Arrays between pages that nothing may touch: whoever reads or writes behind the end of an array,
/// or before its start, ends the JVM. Elsewhere than on Linux it is plain memory.
public final class GuardedMemory implements AutoCloseable {
  /// Which end of an array lies at a page that may not be touched; at the other end there may be
  /// some bytes of the array's own page between.
  private enum Edge {
    START,
    END
  }

  private static final boolean LINUX = System.getProperty("os.name", "").equals("Linux");

  /// The largest that systems have.
  private static final long PAGE = 64 << 10;

  private static final int PROT_NONE = 0;
  private static final int PROT_READ_WRITE = 1 | 2;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;

  private static SystemFunction function(String name) {
    return SystemFunction.find(name).orElseThrow();
  }

  private final Edge edge;
  private final Arena arena = Arena.ofConfined();

  private GuardedMemory(Edge edge) {
    this.edge = edge;
  }

  /// Runs something with its arrays at one edge and then at the other. Both must give the same
  /// bits.
  ///
  /// @return what it gives
  public static float[] atBothEdges(Function<GuardedMemory, float[]> run) {
    float[] start = at(Edge.START, run);
    float[] end = at(Edge.END, run);
    assertEquals(start.length, end.length);
    for (int i = 0; i < start.length; i++) {
      int at = i;
      assertEquals(
          Float.floatToIntBits(start[i]),
          Float.floatToIntBits(end[i]),
          () -> "element " + at + " depends on the place in memory");
    }
    return start;
  }

  private static float[] at(Edge edge, Function<GuardedMemory, float[]> run) {
    try (var memory = new GuardedMemory(edge)) {
      return run.apply(memory);
    }
  }

  /// Memory whose arrays end where nothing may be touched.
  public static GuardedMemory ofEnds() {
    return new GuardedMemory(Edge.END);
  }

  /// An array of some bytes.
  ///
  /// @param alignment of its address; behind its end there are up to as many bytes without one
  public MemorySegment allocate(long bytes, long alignment) {
    return LINUX ? map(bytes, alignment) : arena.allocate(bytes, alignment);
  }

  private MemorySegment map(long bytes, long alignment) {
    long aligned = Math.ceilDiv(bytes, alignment) * alignment;
    long inner = Math.ceilDiv(aligned, PAGE) * PAGE;
    long length = inner + 2 * PAGE;
    long start = function("mmap").call(0, length, PROT_NONE, MAP_PRIVATE_ANONYMOUS, -1, 0);
    if (start == -1 || (int) function("mprotect").call(start + PAGE, inner, PROT_READ_WRITE) != 0) {
      throw new OutOfMemoryError("mmap: bytes=" + length);
    }
    long address = start + PAGE + (edge == Edge.START ? 0 : inner - aligned);
    SystemFunction munmap = function("munmap");
    return MemorySegment.ofAddress(address)
        .reinterpret(bytes, arena, _ -> munmap.call(start, length));
  }

  public MemorySegment copy(float[] values) {
    MemorySegment segment = allocate((long) values.length * Float.BYTES, Float.BYTES);
    MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT, 0, values.length);
    return segment;
  }

  @Override
  public void close() {
    arena.close();
  }
}
