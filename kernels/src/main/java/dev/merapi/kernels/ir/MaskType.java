package dev.merapi.kernels.ir;

import org.jspecify.annotations.Nullable;

/// A truth value for each lane of a vector of that count, whatever its lane type.
///
/// @param count a power of two up to [VectorType#MAX_COUNT]
public record MaskType(int count) implements Type {
  public MaskType {
    VectorType.checkCount(count);
  }

  /// The bits of a mask whose lanes are all on: lane `i` is bit `i`.
  public long all() {
    return -1L >>> (Long.SIZE - count);
  }

  // By hand, as in PureKey.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MaskType type && count == type.count;
  }

  @Override
  public int hashCode() {
    return count;
  }

  @Override
  public String letter() {
    return "m";
  }

  @Override
  public String toString() {
    return "mask" + count;
  }
}
