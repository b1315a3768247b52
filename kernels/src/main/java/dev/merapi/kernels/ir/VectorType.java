package dev.merapi.kernels.ir;

import org.jspecify.annotations.Nullable;

/// Lanes of one type. A scalar is a vector of one lane.
///
/// @param count a power of two up to [#MAX_COUNT]
public record VectorType(Lane lane, int count) implements Type {
  public static final int MAX_COUNT = 64;

  public VectorType {
    checkCount(count);
  }

  static void checkCount(int count) {
    if (count < 1 || count > MAX_COUNT || Integer.bitCount(count) != 1) {
      throw new IllegalArgumentException(
          "lanes must be a power of two up to " + MAX_COUNT + ": count=" + count);
    }
  }

  /// The same lane type, another count.
  public VectorType withCount(int other) {
    return new VectorType(lane, other);
  }

  // By hand, as in PureKey: types are compared and hashed all the time.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VectorType type && lane == type.lane && count == type.count;
  }

  @Override
  public int hashCode() {
    return MAX_COUNT * lane.ordinal() + count;
  }

  @Override
  public String letter() {
    return "v";
  }

  @Override
  public String toString() {
    return lane + "x" + count;
  }
}
