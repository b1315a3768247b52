package dev.merapi.kernels.target;

import dev.merapi.kernels.machine.CodeBlock;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The code of a key, and how many kernels have it. [CodeStore] guards it.
final class SharedCode {
  final Object key;

  /// How many have it. When nobody has it any more, it is used no more.
  int users;

  private @Nullable Compilation compilation;
  private @Nullable CodeBlock block;
  private @Nullable MemorySegment entry;

  /// Code that is nowhere in memory yet.
  SharedCode(Object key, Compilation compilation) {
    this.key = key;
    this.compilation = compilation;
  }

  /// What gives the code that is to be placed; nothing once it is.
  @Nullable Compilation compilation() {
    return compilation;
  }

  /// Where it begins; nothing before it is placed.
  @Nullable MemorySegment entry() {
    return entry;
  }

  /// @param own a right of its own to the block, which it gives back
  void place(CodeBlock own, int index) {
    block = own;
    entry = own.entry(index);
    compilation = null;
  }

  void release() {
    if (compilation != null) {
      compilation.giveUp();
    }
    if (block != null) {
      block.close();
    }
  }
}
