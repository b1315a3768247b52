package dev.merapi.kernels.conv;

import dev.merapi.kernels.ir.build.Vec;
import java.util.ArrayList;
import java.util.List;

/// Transposes lines in registers: afterwards the elements of one step lie side by side.
///
/// A round interleaves vector `i` with vector `i + n / 2` into the vectors `2 i` and `2 i + 1`, so
/// that the low bit of the line's number becomes the low bit of the lane's; as many rounds as that
/// number has bits turn it all.
final class Turning {
  private final List<Vec> vectors;
  private final int lines;

  private Turning(List<Vec> vectors) {
    this.vectors = vectors;
    this.lines = vectors.size();
  }

  /// @param lines as many as a power of two, vectors of one type with as many lanes or more
  static Turning of(List<Vec> lines) {
    List<Vec> turned = lines;
    int half = lines.size() / 2;
    int lanes = lines.getFirst().count();
    for (int round = 1; round < lines.size(); round *= 2) {
      List<Vec> next = new ArrayList<>();
      for (int i = 0; i < half; i++) {
        Vec both = turned.get(i).concat(turned.get(i + half)).zip();
        next.add(both.slice(0, lanes));
        next.add(both.slice(lanes, lanes));
      }
      turned = next;
    }
    return new Turning(turned);
  }

  /// The elements of that number, one of each line.
  Vec step(int number) {
    int first = number * lines;
    int lanes = vectors.getFirst().count();
    return vectors.get(first / lanes).slice(first % lanes, lines);
  }
}
