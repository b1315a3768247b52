package dev.merapi.kernels.loop;

import dev.merapi.kernels.emit.Memory;
import java.lang.foreign.ValueLayout;

/// The partial sums of chains in memory: what [Compensation] emits, as methods, for scalar twins
/// and for bodies that are long.
///
/// At the address lie [Structure#PARTIALS] sums of the current chain, then as many of `high` and of
/// `excess`.
public final class Partials {
  static final int HIGH = Structure.PARTIALS;
  static final int EXCESS = 2 * Structure.PARTIALS;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private Partials() {}

  /// Before the first chain.
  public static void begin(long sums) {
    for (int i = 0; i < Structure.PARTIALS; i++) {
      set(sums, i, 0);
      set(sums, HIGH + i, 0);
      set(sums, EXCESS + i, 0);
    }
  }

  /// At the end of a chain: adds its sums to the running sums and sets them to zero.
  public static void endChain(long sums) {
    for (int i = 0; i < Structure.PARTIALS; i++) {
      float added = get(sums, i) - get(sums, EXCESS + i);
      float high = get(sums, HIGH + i);
      float next = added + high;
      float seen = next - high;
      float excess = (seen - added) + ((next - seen) - high);
      set(sums, EXCESS + i, Float.isNaN(excess) ? 0 : excess);
      set(sums, HIGH + i, next);
      set(sums, i, 0);
    }
  }

  /// After the last chain: replaces the sums of the chains by the whole sums.
  public static void end(long sums) {
    for (int i = 0; i < Structure.PARTIALS; i++) {
      set(sums, i, get(sums, HIGH + i) - get(sums, EXCESS + i));
    }
  }

  private static float get(long sums, int index) {
    return Memory.ALL.get(FLOAT, sums + ((long) index << 2));
  }

  private static void set(long sums, int index, float value) {
    Memory.ALL.set(FLOAT, sums + ((long) index << 2), value);
  }
}
