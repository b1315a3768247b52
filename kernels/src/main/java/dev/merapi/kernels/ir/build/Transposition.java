package dev.merapi.kernels.ir.build;

import java.util.ArrayList;
import java.util.List;

/// Lines of lanes, turned in registers.
public final class Transposition {
  private Transposition() {}

  /// As many vectors as each has lanes, a power of two: lane `i` of vector `j` becomes lane `j` of
  /// vector `i`.
  ///
  /// A round interleaves vector `i` with the one half the square away into the vectors `2 i` and `2
  /// i + 1`: the low bit of a vector's number becomes the low bit of the lane's.
  ///
  /// Of fewer vectors, still a power of two, the lanes `i` of all follow each other in the same
  /// way: [#lanes] takes them out.
  public static List<Vec> of(List<Vec> vectors) {
    int count = vectors.size();
    int lanes = vectors.getFirst().count();
    List<Vec> turned = vectors;
    for (int round = 1; round < count; round *= 2) {
      List<Vec> next = new ArrayList<>();
      for (int i = 0; i < count / 2; i++) {
        Vec both = turned.get(i).concat(turned.get(i + count / 2)).zip();
        next.add(both.slice(0, lanes));
        next.add(both.slice(lanes, lanes));
      }
      turned = next;
    }
    return turned;
  }

  /// The lanes of that number of all vectors that were turned.
  public static Vec lanes(List<Vec> turned, int number) {
    int lanes = turned.getFirst().count();
    int at = number * turned.size();
    return turned.get(at / lanes).slice(at % lanes, turned.size());
  }
}
