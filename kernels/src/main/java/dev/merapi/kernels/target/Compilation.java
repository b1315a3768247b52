package dev.merapi.kernels.target;

import dev.merapi.kernels.machine.KernelCode;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The compilation of a kernel: done once, by whoever claims it first or needs it first.
///
/// A thread that has claimed it and that the system does not run holds up nobody: who needs the
/// code waits only for a thread that is compiling it.
final class Compilation {
  private final AtomicBoolean isClaimed = new AtomicBoolean();
  private final Supplier<KernelCode> source;
  private @Nullable KernelCode code;

  /// @param source compiles it, on any thread
  Compilation(Supplier<KernelCode> source) {
    this.source = source;
  }

  /// Compiles it, unless somebody has begun or it was given up.
  void claim() {
    if (!isClaimed.get() && !isClaimed.getAndSet(true)) {
      KernelCode _ = code();
    }
  }

  /// Has nobody claim it any more.
  void giveUp() {
    isClaimed.set(true);
  }

  /// The code, which this thread compiles if nobody has. What fails on one thread is tried again by
  /// the next that needs it: so whoever wanted the kernel gets the error of a try of its own.
  synchronized KernelCode code() {
    KernelCode known = code;
    if (known == null) {
      known = source.get();
      code = known;
    }
    return known;
  }
}
