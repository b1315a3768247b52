package dev.merapi.kernels.ir;

import dev.merapi.kernels.ir.interpret.Interpreter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Buffers of a test, each with a gap before the next, and the interpreter over them.
final class Memory implements AutoCloseable {
  private final Arena arena = Arena.ofConfined();
  private final List<MemorySegment> buffers = new ArrayList<>();

  MemorySegment floats(float... numbers) {
    MemorySegment buffer = bytes((long) numbers.length * Float.BYTES);
    MemorySegment.copy(numbers, 0, buffer, ValueLayout.JAVA_FLOAT, 0, numbers.length);
    return buffer;
  }

  MemorySegment ints(int... numbers) {
    MemorySegment buffer = bytes((long) numbers.length * Integer.BYTES);
    MemorySegment.copy(numbers, 0, buffer, ValueLayout.JAVA_INT, 0, numbers.length);
    return buffer;
  }

  MemorySegment longs(long... numbers) {
    MemorySegment buffer = bytes((long) numbers.length * Long.BYTES);
    MemorySegment.copy(numbers, 0, buffer, ValueLayout.JAVA_LONG, 0, numbers.length);
    return buffer;
  }

  MemorySegment bytes(long size) {
    MemorySegment buffer = arena.allocate(size + 64, 64).asSlice(0, size);
    buffers.add(buffer);
    return buffer;
  }

  /// Interprets a routine; a segment stands for its address, any other number for itself.
  void run(Routine routine, Object... arguments) {
    long[] words = new long[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] =
          arguments[i] instanceof MemorySegment buffer
              ? buffer.address()
              : ((Number) arguments[i]).longValue();
    }
    new Interpreter(buffers).run(routine, words);
  }

  static float[] floatsOf(MemorySegment buffer) {
    return buffer.toArray(ValueLayout.JAVA_FLOAT);
  }

  static int[] intsOf(MemorySegment buffer) {
    return buffer.toArray(ValueLayout.JAVA_INT);
  }

  static long[] longsOf(MemorySegment buffer) {
    return buffer.toArray(ValueLayout.JAVA_LONG);
  }

  @Override
  public void close() {
    arena.close();
  }
}
