package dev.merapi.kernels.cpu;

/// A piece of work bound to memory that several threads may share.
///
/// The parts are independent of each other; what they write does not depend on how many there are.
interface Phase {
  /// Whether there may be several parts.
  boolean isDivisible();

  /// How many parts are worth the threads, at most `threads`: a pure function of the problem.
  int parts(int threads);

  /// Computes one of `parts` parts, without allocating.
  void run(int part, int parts);

  /// Work that can be divided.
  @FunctionalInterface
  interface Work {
    void run(int part, int parts);
  }

  /// A phase that several threads compute.
  ///
  /// @param worth how many threads have enough to do; one at least does
  static Phase shared(long worth, Work work) {
    return new Shared(worth, work);
  }

  /// A phase that one thread computes.
  static Phase single(Runnable work) {
    return new Single(work);
  }

  /// See [#shared].
  record Shared(long worth, Work work) implements Phase {
    @Override
    public boolean isDivisible() {
      return true;
    }

    @Override
    public int parts(int threads) {
      return Math.clamp(worth, 1, threads);
    }

    @Override
    public void run(int part, int parts) {
      work.run(part, parts);
    }
  }

  /// See [#single].
  record Single(Runnable work) implements Phase {
    @Override
    public boolean isDivisible() {
      return false;
    }

    @Override
    public int parts(int threads) {
      return 1;
    }

    @Override
    public void run(int part, int parts) {
      work.run();
    }
  }
}
