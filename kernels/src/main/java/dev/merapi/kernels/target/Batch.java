package dev.merapi.kernels.target;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The kernels of one program, which are placed together. Other threads compile them meanwhile, as
/// soon as there are two: for one alone no thread is started. Safe for use by several threads.
final class Batch {
  private final List<MachineKernel> kernels = new ArrayList<>();
  private final CompilerThreads threads;
  private @Nullable Compilation alone;
  private boolean isShared;

  Batch(CompilerThreads threads) {
    this.threads = threads;
  }

  synchronized void add(MachineKernel kernel) {
    kernels.add(kernel);
  }

  /// Has one compiled, where that pays.
  synchronized void offer(Compilation compilation) {
    if (isShared) {
      threads.offer(compilation);
    } else if (alone == null) {
      alone = compilation;
    } else {
      isShared = true;
      threads.offer(alone);
      threads.offer(compilation);
      alone = null;
    }
  }

  /// All, in their order.
  synchronized List<MachineKernel> kernels() {
    return List.copyOf(kernels);
  }
}
