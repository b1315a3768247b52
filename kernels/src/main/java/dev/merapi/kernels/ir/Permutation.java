package dev.merapi.kernels.ir;

/// Fixed orders of the lanes of one vector of `n` lanes. With [Pure.Concat] and [Pure.Slice] they
/// interleave two vectors and take them apart: all that transposing, pairs and trees of reductions
/// need.
public enum Permutation {
  /// Lane `i` is lane `i ^ distance`; the distance is a power of two below `n`.
  SWAP,
  /// The halves interleaved: lane `2 i` is lane `i`, lane `2 i + 1` is lane `i + n / 2`.
  ZIP,
  /// What [#ZIP] came from: the even lanes, then the odd ones.
  UNZIP;

  /// The number of the lane that comes to lane `lane`.
  public int source(int lane, int count, int distance) {
    return switch (this) {
      case SWAP -> lane ^ distance;
      case ZIP -> lane / 2 + lane % 2 * (count / 2);
      case UNZIP -> lane < count / 2 ? 2 * lane : 2 * (lane - count / 2) + 1;
    };
  }
}
