package dev.merapi.kernels.calls;

import dev.merapi.kernels.jit.Kernel;

/// Counts calls and the words of their blocks, for a [CallList] that is to hold them.
public final class CallCount implements Calls {
  /// Ends the counting of what is too long, which might take as long as the work itself.
  public static final class TooManyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private TooManyException(int most) {
      super("calls: most=" + most, null, false, false);
    }
  }

  private final int most;
  private int calls;
  private int words;
  private boolean isCode = true;
  private boolean lasts;

  /// @param most calls that are counted
  public CallCount(int most) {
    this.most = most;
  }

  /// @throws TooManyException if there are more calls than are counted
  @Override
  public void call(Kernel kernel, long p0, long p1, long p2, long p3, long p4, long p5) {
    if (calls == most) {
      throw new TooManyException(most);
    }
    calls++;
    isCode &= kernel.entry() != 0;
    lasts |= kernel.isLasting();
  }

  @Override
  public long block(long own, int words) {
    this.words += words;
    return 0;
  }

  @Override
  public void put(long address, long word) {}

  /// How many calls.
  public int calls() {
    return calls;
  }

  /// Words of all blocks.
  public int words() {
    return words;
  }

  /// Whether all kernels are machine code.
  public boolean isCode() {
    return isCode;
  }

  /// Whether some call may take more than some 50 microseconds.
  public boolean lasts() {
    return lasts;
  }
}
