package dev.merapi.kernels.machine;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// The right of one user to call kernels that were installed together. Their memory is given back
/// when the last user of the block closes.
///
/// Nobody is waited for: who closes must know that none of its calls is running.
public final class CodeBlock implements AutoCloseable {
  /// The memory of a block, which its users share.
  static final class Mapping {
    private final AtomicInteger users = new AtomicInteger(1);
    private final CodePages pages;
    private final long address;
    private final long bytes;
    private final List<MemorySegment> entries;

    Mapping(CodePages pages, long address, long bytes, List<MemorySegment> entries) {
      this.pages = pages;
      this.address = address;
      this.bytes = bytes;
      this.entries = List.copyOf(entries);
    }

    private void enter() {
      if (users.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
        throw new IllegalStateException("machine code: given back");
      }
    }

    private void leave() {
      if (users.decrementAndGet() == 0) {
        pages.release(address, bytes);
      }
    }
  }

  private final Mapping mapping;
  private final AtomicBoolean closed = new AtomicBoolean();

  /// For the first user.
  CodeBlock(Mapping mapping) {
    this.mapping = mapping;
  }

  /// Where a kernel begins, for [MachineCall].
  ///
  /// @param index in the order in which the kernels were installed
  /// @throws IllegalStateException after [#close()]
  public MemorySegment entry(int index) {
    checkOpen();
    return mapping.entries.get(index);
  }

  /// A right of another user, who closes it.
  ///
  /// @throws IllegalStateException after [#close()]
  public CodeBlock share() {
    checkOpen();
    mapping.enter();
    return new CodeBlock(mapping);
  }

  private void checkOpen() {
    if (closed.get()) {
      throw new IllegalStateException("machine code: closed");
    }
  }

  /// Ends this user's right. Closing twice does nothing more.
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      mapping.leave();
    }
  }
}
