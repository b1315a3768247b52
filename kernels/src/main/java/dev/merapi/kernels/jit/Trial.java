package dev.merapi.kernels.jit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Small problems that drive a kernel through every path of its code, on memory of their own.
///
/// C2 leaves out branches that never ran and falls back to the interpreter when they do run later,
/// a thousand times slower. A trial therefore visits every branch in each drive.
public interface Trial {
  /// Bytes of memory that one drive reads and writes.
  long bytes();

  /// Runs the kernel at least once on each path, for some microseconds of compiled time. The result
  /// may depend on nothing but the memory's contents.
  void drive(Kernel kernel, long memory);

  /// How many vector instructions a drive executes, loads included; right to a factor of two.
  long operations();

  /// Writes the contents that drives start from: by default floats between -1 and 1.
  default void prepare(MemorySegment memory) {
    int state = 1;
    for (long i = 0; i < memory.byteSize() / Float.BYTES; i++) {
      state = state * 1664525 + 1013904223;
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, state * 0x1p-31f);
    }
  }
}
