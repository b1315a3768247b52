package dev.merapi.kernels.ir.build;

import java.util.ArrayList;
import java.util.List;

/// Squares of lanes, turned in registers.
public final class Transposition {
  private Transposition() {}

  /// As many vectors as each has lanes, a power of two: lane `i` of vector `j` becomes lane `j` of
  /// vector `i`.
  ///
  /// A round interleaves vector `i` with the one half the square away into the vectors `2 i` and `2
  /// i + 1`: the low bit of a vector's number becomes the low bit of the lane's.
  public static List<Vec> of(List<Vec> square) {
    int lanes = square.size();
    List<Vec> turned = square;
    for (int round = 1; round < lanes; round *= 2) {
      List<Vec> next = new ArrayList<>();
      for (int i = 0; i < lanes / 2; i++) {
        Vec both = turned.get(i).concat(turned.get(i + lanes / 2)).zip();
        next.add(both.slice(0, lanes));
        next.add(both.slice(lanes, lanes));
      }
      turned = next;
    }
    return turned;
  }
}
