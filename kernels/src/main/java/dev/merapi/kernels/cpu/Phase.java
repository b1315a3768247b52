package dev.merapi.kernels.cpu;

import dev.merapi.kernels.calls.Calls;

/// A piece of work bound to memory that several threads may share.
///
/// The parts are independent of each other; what they write does not depend on how many there are.
interface Phase {
  /// How many parts are worth the threads, at most `threads`: a pure function of the problem.
  int parts(int threads);

  /// Computes one of `parts` parts, without allocating.
  void run(int part, int parts);

  /// Goes the way of a run without its work, see [dev.merapi.spi.Runner#rehearse].
  default void rehearse() {}

  /// A phase that one thread computes.
  static Phase single(Runnable work) {
    return new Single(work);
  }

  /// Calls of kernels and nothing else, the same ones at each run.
  @FunctionalInterface
  interface KernelCalls {
    /// The calls of one of `parts` parts.
    void of(Calls calls, int part, int parts);
  }

  /// A phase of kernels that several threads compute.
  ///
  /// @param worth how many threads have enough to do; one at least does
  /// @param work scalar operations of all parts, to a factor of ten
  static Phase kernels(long worth, long work, KernelCalls calls) {
    return new Kernels(worth, work, calls);
  }

  /// See [#single].
  record Single(Runnable work) implements Phase {
    @Override
    public int parts(int threads) {
      return 1;
    }

    @Override
    public void run(int part, int parts) {
      work.run();
    }
  }

  /// See [#kernels]. A run does the calls at once.
  record Kernels(long worth, long work, KernelCalls calls) implements Phase {
    @Override
    public int parts(int threads) {
      return Math.clamp(worth, 1, threads);
    }

    @Override
    public void run(int part, int parts) {
      calls.of(Calls.NOW, part, parts);
    }
  }
}
