package dev.merapi.kernels.jit;

/// Compiled code over raw off-heap addresses. What each argument means is said by the generator of
/// the kernel.
///
/// There is one interface for all kernels so that tiering, caching and tests are written once.
/// Sizes and addresses have been validated by the caller; a kernel checks nothing.
public interface Kernel {
  /// The number of arguments of [#run]: as many as travel in registers.
  int ARITY = 6;

  void run(long p0, long p1, long p2, long p3, long p4, long p5);

  /// The same for calls that take more than some 50 microseconds, or may.
  default Kernel lasting() {
    return this;
  }

  /// Where its machine code begins, which who calls it keeps alive by a reference to this; 0 where
  /// there is none.
  default long entry() {
    return 0;
  }

  /// Whether this is for calls that take more than some 50 microseconds, or may.
  default boolean isLasting() {
    return false;
  }

  /// What serves now. A caller with an inner loop asks once, before the loop.
  default Kernel current() {
    return this;
  }
}
