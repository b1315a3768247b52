package dev.merapi.kernels.jit;

/// About how long calls of kernels take, so that one rule says for which of them the collector may
/// wait: those of [Kernel#run] that are [#isBrief]. All others are calls of [Kernel#lasting], which
/// cost a few nanoseconds more.
///
/// Nanoseconds of a slow processor whose operands come from memory. They need not be precise: the
/// collector may as well wait for twice the limit, and a call of a tenth of it does not feel what
/// the other way costs.
public final class CallTime {
  /// A float that comes from memory or goes there.
  public static final double MOVED = 0.4;

  /// A multiplication and addition of floats that are in registers or in the nearest cache.
  public static final double MULTIPLIED = 0.025;

  /// One computation on an element, in vectors.
  public static final double COMPUTED = 0.2;

  /// An element that is met on its own: in no vector.
  public static final double ALONE = 1;

  private static final double BRIEF = 50_000;

  private CallTime() {}

  /// Whether the collector may wait for a call that takes about so many nanoseconds.
  public static boolean isBrief(double nanos) {
    return nanos < BRIEF;
  }

  /// What calls of about so many nanoseconds are made of.
  public static Kernel choose(Kernel kernel, double nanos) {
    return isBrief(nanos) ? kernel : kernel.lasting();
  }

  /// How many elements a brief call may have at most.
  ///
  /// @param nanos about what each takes
  public static long mostOfBrief(double nanos) {
    return (long) (BRIEF / nanos);
  }
}
