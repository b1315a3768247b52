package dev.merapi.kernels.calls;

import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.jit.Memory;
import dev.merapi.kernels.machine.CallWalk;
import java.nio.ByteOrder;

/// Calls of machine code that are written down for a [CallWalk], and behind all of them their
/// blocks.
///
/// It is filled by Java code that runs once or seldom, so most of it in an interpreter, where an
/// access to native memory takes as long as a hundred to an array: hence the buffers.
public final class CallList implements Calls {
  private final Words calls;
  private final Words blocks;

  /// Words that are gathered in an array before they go to native memory.
  private static final class Words {
    private static final int GATHERED = 1 << 12;

    private final long[] words;
    private final long end;
    private long address;
    private int count;

    /// @param most that there will be
    Words(long address, long most) {
      this.address = address;
      this.end = address + most * Long.BYTES;
      this.words = new long[(int) Math.min(most, GATHERED)];
    }

    /// Makes sure that the next words lie side by side in the array.
    ///
    /// @return where they will lie
    long next(int length) {
      if (count + length > words.length) {
        flush();
      }
      return address + (long) count * Long.BYTES;
    }

    void flush() {
      if (count > 0) {
        long bytes = (long) count * Long.BYTES;
        if (bytes > end - address) {
          throw new IllegalStateException("calls: more than were counted");
        }
        Memory.ALL
            .asSlice(address, bytes)
            .asByteBuffer()
            .order(ByteOrder.nativeOrder())
            .asLongBuffer()
            .put(words, 0, count);
        address += bytes;
        count = 0;
      }
    }
  }

  /// @param address of [#bytes], 8-byte aligned
  /// @param calls how many there will be; more are an error, and nothing is written behind them
  /// @param words of their blocks
  public CallList(long address, int calls, int words) {
    this.calls = new Words(address, (long) calls * CallWalk.WORDS);
    this.blocks = new Words(address + (long) calls * CallWalk.BYTES, words);
  }

  /// Bytes of so many calls and words.
  public static long bytes(long calls, long words) {
    return calls * CallWalk.BYTES + words * Long.BYTES;
  }

  /// Where the next call will lie.
  public long next() {
    return calls.next(CallWalk.WORDS);
  }

  /// @throws IllegalArgumentException if the kernel is no machine code
  @Override
  public void call(Kernel kernel, long p0, long p1, long p2, long p3, long p4, long p5) {
    long entry = kernel.entry();
    if (entry == 0) {
      throw new IllegalArgumentException("no machine code: kernel=" + kernel);
    }
    calls.next(CallWalk.WORDS);
    long[] words = calls.words;
    int at = calls.count;
    words[at] = entry;
    words[at + 1] = p0;
    words[at + 2] = p1;
    words[at + 3] = p2;
    words[at + 4] = p3;
    words[at + 5] = p4;
    words[at + 6] = p5;
    words[at + 7] = 0;
    calls.count = at + CallWalk.WORDS;
  }

  @Override
  public long block(long own, int words) {
    long address = blocks.next(words);
    blocks.count += words;
    return address;
  }

  @Override
  public void put(long address, long word) {
    blocks.words[(int) (address - blocks.address) / Long.BYTES] = word;
  }

  /// Brings all of it to its memory; to be called once, at the end.
  public void finish() {
    calls.flush();
    blocks.flush();
  }
}
