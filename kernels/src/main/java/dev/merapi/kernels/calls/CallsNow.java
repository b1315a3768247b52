package dev.merapi.kernels.calls;

import static dev.merapi.kernels.jit.Memory.ALL;

import dev.merapi.kernels.jit.Kernel;
import java.lang.foreign.ValueLayout;

/// Calls that are done at once.
final class CallsNow implements Calls {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  @Override
  public void call(Kernel kernel, long p0, long p1, long p2, long p3, long p4, long p5) {
    kernel.run(p0, p1, p2, p3, p4, p5);
  }

  @Override
  public long block(long own, int words) {
    return own;
  }

  @Override
  public void put(long address, long word) {
    ALL.set(LONG, address, word);
  }
}
