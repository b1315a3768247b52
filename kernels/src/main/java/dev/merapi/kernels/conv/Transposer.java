package dev.merapi.kernels.conv;

import dev.merapi.kernels.calls.Calls;
import dev.merapi.kernels.jit.CallTime;
import dev.merapi.kernels.jit.Kernel;
import dev.merapi.kernels.target.PlanKernels;
import java.util.ArrayList;
import java.util.List;

/// Transposes strips of a matrix: lines that follow each other at a distance become columns side by
/// side.
final class Transposer {
  /// Sides of the squares that are turned in registers.
  private static final int[] SIDES = {8, 4};

  private final List<Turn> turns = new ArrayList<>();

  /// The structure of a kernel, see [TransposeRoutine].
  record Structure(int side) {
    Kernel in(PlanKernels kernels) {
      return kernels.make(
          this, () -> TransposeRoutine.of(side, side), () -> new TransposeTrial(side));
    }
  }

  /// A kernel for strips of so many lines and steps at least.
  private record Turn(Kernel kernel, Kernel lasting, int side) {
    static Turn of(int side, PlanKernels kernels) {
      Kernel kernel = new Structure(side).in(kernels);
      return new Turn(kernel, kernel.lasting(), side);
    }

    void run(
        Calls calls, long source, long target, long lineBytes, int lines, int steps, int width) {
      double nanos = (double) lines * steps * (side == 1 ? CallTime.ALONE : CallTime.MOVED);
      Kernel serving = CallTime.isBrief(nanos) ? kernel : lasting;
      long extent = TransposeRoutine.extent(lines, width);
      calls.call(serving, source, target, lineBytes, steps, extent, 0);
    }
  }

  private Transposer() {}

  /// For many strips.
  static Transposer of(PlanKernels kernels) {
    Transposer transposer = new Transposer();
    for (int side : SIDES) {
      if (side <= kernels.target().registerLanes()) {
        transposer.turns.add(Turn.of(side, kernels));
      }
    }
    transposer.turns.add(Turn.of(1, kernels));
    return transposer;
  }

  /// For what is done once: a short kernel that moves one element at a time.
  static Transposer elements(PlanKernels kernels) {
    Transposer transposer = new Transposer();
    transposer.turns.add(Turn.of(1, kernels));
    return transposer;
  }

  /// Estimated cycles for an element of strips of that many lines.
  static double cycles(int lines) {
    return lines >= SIDES[0] ? 0.5 : lines >= SIDES[1] ? 0.8 : 2;
  }

  /// Writes element `s` of line `i` to `target + (s * width + i) * 4`. There may be none: an image
  /// can be all padding.
  ///
  /// @param lineBytes bytes from one line to the next
  /// @param width floats from one step to the next in the target, negative to go backwards
  void transpose(
      Calls calls, long source, long target, long lineBytes, int lines, int steps, int width) {
    int shorter = Math.min(lines, steps);
    if (shorter == 0) {
      return;
    }
    int index = 0;
    while (turns.get(index).side > shorter) {
      index++;
    }
    turns.get(index).run(calls, source, target, lineBytes, lines, steps, width);
  }
}
