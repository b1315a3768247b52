package dev.merapi.kernels.calls;

import dev.merapi.kernels.jit.Kernel;

/// Takes the calls of kernels that make up a piece of work, in their order: does each at once, or
/// writes it down, so that whoever repeats the work need not find out again what to call.
///
/// A call's arguments are numbers and addresses. What does not fit lies in blocks of 8-byte words,
/// which are written before the call and stay as they are until it has returned.
public interface Calls {
  /// Does each call at once. Allocates nothing.
  Calls NOW = new CallsNow();

  /// Calls a kernel, see [Kernel#run].
  void call(Kernel kernel, long p0, long p1, long p2, long p3, long p4, long p5);

  /// A block for the calls that follow.
  ///
  /// @param own memory for it, free for use by those calls alone; where they are written down it
  ///   lies elsewhere
  /// @param words its size
  /// @return its address
  long block(long own, int words);

  /// Writes a word of the last block.
  void put(long address, long word);
}
