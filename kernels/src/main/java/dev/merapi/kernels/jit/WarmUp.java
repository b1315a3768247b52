package dev.merapi.kernels.jit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Tells when a vector class has been compiled.
///
/// Before C2 a vector instruction is a call that allocates its result: 30 to 1,000 ns. After it, it
/// takes less than 1 ns and allocates nothing. A limit in between needs no comparison with the
/// twin, which is itself slow as long as it is not compiled. C2 may leave a call among many
/// instructions, which the limit lets pass, but the bytes do not.
final class WarmUp {
  /// How driving a kernel ended.
  enum Outcome {
    COMPILED,
    /// The time is over, or the thread was interrupted.
    ENDED,
    /// It has had far more calls than C2 waits for.
    STUCK
  }

  private static final double NANOS_PER_OPERATION = 4;

  /// What the clock and the calls of a drive may take beside its operations.
  private static final long NANOS_PER_DRIVE = 500;

  private static final int DRIVES_IN_A_ROW = 20;
  private static final int COMPARED_DRIVES = 2000;
  private static final long COMPARED_NANOS = 500_000_000;

  /// How many times the limit a drive takes at most that allocates nothing, where bytes are not
  /// counted: a tile in which C2 left one call takes four times its usual time or more, and that is
  /// two thirds of the limit.
  private static final int ALLOCATES_NOTHING = 2;

  /// What a masked load may read behind the end, as behind every slab.
  private static final long TAIL = 256;

  private final Trial trial;
  private final MemorySegment memory;

  WarmUp(Trial trial, Arena arena) {
    this.trial = trial;
    this.memory = arena.allocate(trial.bytes() + TAIL, 64).asSlice(0, trial.bytes());
    trial.prepare(memory);
  }

  /// Drives a kernel until it has been fast several times on end.
  ///
  /// @param attempt what it has been driven before
  /// @param end when to give up, by [System#nanoTime]
  Outcome drive(Kernel kernel, Attempt attempt, long end) {
    long began = CpuTime.nanos();
    try {
      return drive(kernel, attempt, end, began);
    } finally {
      attempt.took(CpuTime.nanos() - began);
    }
  }

  private Outcome drive(Kernel kernel, Attempt attempt, long end, long began) {
    long fast = fastDrive();
    int inARow = 0;
    while (true) {
      long bytes = Allocations.bytes();
      long start = System.nanoTime();
      trial.drive(kernel, memory.address());
      long now = System.nanoTime();
      boolean mayBeStuck = attempt.drove();
      boolean compiled = now - start <= fast && Allocations.bytes() == bytes;
      inARow = compiled ? inARow + 1 : 0;
      if (inARow == DRIVES_IN_A_ROW) {
        return Outcome.COMPILED;
      }
      if (now > end || Thread.currentThread().isInterrupted()) {
        return Outcome.ENDED;
      }
      if (mayBeStuck && attempt.isStuck(CpuTime.nanos() - began)) {
        return Outcome.STUCK;
      }
    }
  }

  /// Whether a vector class that is not as fast as it should be is still the better one: it
  /// allocates nothing and is faster than its twin.
  boolean isBetter(Kernel vector, Kernel twin) {
    long best = bestDrive(vector);
    return allocatesNothing(vector, best) && best < bestDrive(twin);
  }

  private boolean allocatesNothing(Kernel vector, long best) {
    if (!Allocations.areCounted()) {
      return best <= ALLOCATES_NOTHING * fastDrive();
    }
    long bytes = Allocations.bytes();
    for (int i = 0; i < DRIVES_IN_A_ROW; i++) {
      trial.drive(vector, memory.address());
    }
    return Allocations.bytes() == bytes;
  }

  /// The nanoseconds of a drive from which on a kernel counts as compiled.
  private long fastDrive() {
    return NANOS_PER_DRIVE + Math.round(trial.operations() * NANOS_PER_OPERATION);
  }

  private long bestDrive(Kernel kernel) {
    long best = Long.MAX_VALUE;
    long end = System.nanoTime() + COMPARED_NANOS;
    for (int i = 0; i < COMPARED_DRIVES && System.nanoTime() < end; i++) {
      long start = System.nanoTime();
      trial.drive(kernel, memory.address());
      best = Math.min(best, System.nanoTime() - start);
    }
    return best;
  }

  boolean sameBits(Kernel twin, Kernel vector) {
    // Both run at the same place, because the memory may hold addresses of itself.
    int[] fromTwin = contentsAfter(twin);
    int[] fromVector = contentsAfter(vector);
    for (int i = 0; i < fromTwin.length; i++) {
      if (fromTwin[i] != fromVector[i] && !(isNaN(fromTwin[i]) && isNaN(fromVector[i]))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNaN(int bits) {
    return Float.isNaN(Float.intBitsToFloat(bits));
  }

  private int[] contentsAfter(Kernel kernel) {
    trial.prepare(memory);
    trial.drive(kernel, memory.address());
    return memory.toArray(ValueLayout.JAVA_INT);
  }
}
