package dev.merapi.kernels.bytecode;

import dev.merapi.kernels.ir.VectorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Arrays of a thread for lanes that wait for a later loop. A kernel does not call itself, and what
/// it calls has a range of its own in them, so one of each type serves a thread.
///
/// Arrays, because the JIT knows that they do not overlap with the memory of tensors.
final class Scratch {
  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  private float[] floats = {};
  private double[] doubles = {};
  private int[] ints = {};
  private long[] longs = {};
  private final MemorySegment lanes =
      Arena.ofAuto().allocate((long) VectorType.MAX_COUNT * Integer.BYTES, 64);

  private Scratch() {}

  static Scratch ofThread() {
    return OF_THREAD.get();
  }

  static float[] floats(int size) {
    Scratch scratch = ofThread();
    return scratch.floats.length >= size ? scratch.floats : (scratch.floats = new float[size]);
  }

  static double[] doubles(int size) {
    Scratch scratch = ofThread();
    return scratch.doubles.length >= size ? scratch.doubles : (scratch.doubles = new double[size]);
  }

  static int[] ints(int size) {
    Scratch scratch = ofThread();
    return scratch.ints.length >= size ? scratch.ints : (scratch.ints = new int[size]);
  }

  static long[] longs(int size) {
    Scratch scratch = ofThread();
    return scratch.longs.length >= size ? scratch.longs : (scratch.longs = new long[size]);
  }

  /// The address of memory for four bytes of each lane of the longest vector, until the thread
  /// ends.
  static long lanes() {
    return ofThread().lanes.address();
  }
}
