package dev.merapi.bench;

import java.lang.foreign.MemorySegment;

/// A contender: `c = a * b` for square row-major f32 matrices, on the calling thread alone.
interface SquareProduct {
  String name();

  void multiply(MemorySegment a, MemorySegment b, MemorySegment c, int size);
}
