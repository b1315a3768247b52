package dev.merapi.kernels.math;

/// How many terms of a sum are added as floats before they go to a double.
public final class FloatChains {
  /// Equal terms are off by at most `11 * 2^-24` then, 6.4e-7, and any of one sign by `32 * 2^-25`.
  public static final int LONGEST = 32;

  private FloatChains() {}
}
