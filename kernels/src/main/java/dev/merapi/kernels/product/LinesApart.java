package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import java.util.ArrayList;
import java.util.List;

/// Lines at one distance that are walked together, step by step. There are fewer registers than
/// lines: five lines share an address, which the processor adds 0, 1, 2, 4 strides or three times
/// one to.
///
/// @param stepBytes bytes from one step of a line to the next
record LinesApart(List<Var<Ptr>> starts, Int stride, Int threeStrides, long stepBytes) {
  private static final int LINES_OF_AN_ADDRESS = 5;

  /// @param first where the first line begins
  /// @param stride bytes from one line to the next
  static LinesApart start(
      RoutineBuilder r, String name, int lines, Ptr first, Int stride, long stepBytes) {
    List<Var<Ptr>> starts = new ArrayList<>();
    Ptr start = first;
    for (int line = 0; line < lines; line += LINES_OF_AN_ADDRESS) {
      starts.add(r.variable(name + line, start));
      start = start.plus(stride, 1).plus(stride, 4);
    }
    return new LinesApart(starts, stride, stride.times(3), stepBytes);
  }

  /// The place of a line, so many steps behind the present one and so many bytes more.
  Place at(int line, int step, long more) {
    Ptr start = starts.get(line / LINES_OF_AN_ADDRESS).get();
    long bytes = step * stepBytes + more;
    int rest = line % LINES_OF_AN_ADDRESS;
    return switch (rest) {
      case 0 -> start.at(bytes);
      case 3 -> start.at(threeStrides, 1, bytes);
      default -> start.at(stride, rest, bytes);
    };
  }

  /// Goes on by so many steps.
  void advance(int steps) {
    starts.forEach(start -> start.set(start.get().plus(steps * stepBytes)));
  }
}
