package dev.merapi.kernels.conv;

import dev.merapi.kernels.conv.TransposeRoutine.Few;
import dev.merapi.kernels.emit.Kernel;
import dev.merapi.kernels.target.BytecodeTarget;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.kernels.target.PlanKernels;
import dev.merapi.kernels.target.Target;
import java.util.ArrayList;
import java.util.List;

/// Transposes strips of a matrix: lines that follow each other at a distance become columns side by
/// side.
final class Transposer {
  /// Elements that take some 50 microseconds.
  private static final long LASTING = 1 << 16;

  /// Lines that are turned together, the most first.
  private static final int[] HEIGHTS = {16, 8, 4};

  /// The JVM's compilers would not keep larger squares in registers.
  private static final int HIGHEST_OF_BYTECODE = 8;

  private final List<Turn> turns = new ArrayList<>();

  /// The structure of a kernel, see [TransposeRoutine].
  record Structure(int height, int lanes, Few few) {
    Kernel in(PlanKernels kernels) {
      return kernels.make(
          this, () -> TransposeRoutine.of(height, lanes, few), () -> new TransposeTrial(this));
    }
  }

  /// A kernel for strips of so many lines and steps at least.
  private record Turn(Kernel kernel, Kernel lasting, int lines, int steps) {
    static Turn of(Structure structure, int lines, int steps, PlanKernels kernels) {
      Kernel kernel = structure.in(kernels);
      return new Turn(kernel, kernel.lasting(), lines, steps);
    }

    boolean serves(int someLines, int someSteps) {
      return lines <= someLines && steps <= someSteps;
    }
  }

  Transposer(PlanKernels kernels) {
    Target target = kernels.target();
    int lanes = target.registerLanes();
    switch (target) {
      case MachineTarget _ -> {
        for (int height : HEIGHTS) {
          if (height <= lanes) {
            // Half of the lines are there, or nobody turns fewer.
            int least = height == HEIGHTS[HEIGHTS.length - 1] ? 1 : height / 2 + 1;
            turns.add(Turn.of(new Structure(height, lanes, Few.MASKED), least, 1, kernels));
          }
        }
      }
      case BytecodeTarget _ -> {
        for (int side : HEIGHTS) {
          if (side <= Math.min(lanes, HIGHEST_OF_BYTECODE)) {
            turns.add(Turn.of(new Structure(side, side, Few.EXCLUDED), side, side, kernels));
          }
        }
        turns.add(Turn.of(new Structure(1, 1, Few.EXCLUDED), 1, 1, kernels));
      }
    }
  }

  /// Estimated cycles for an element of strips of that many lines.
  static double cycles(int lines, Target target) {
    boolean alwaysTurns = target instanceof MachineTarget;
    return lines >= 8 ? 0.5 : lines >= 4 || alwaysTurns ? 0.8 : 5;
  }

  /// Writes element `s` of line `i` to `target + (s * width + i) * 4`. There may be none: an image
  /// can be all padding.
  ///
  /// @param lineBytes bytes from one line to the next
  /// @param width floats from one step to the next in the target, negative to go backwards
  void transpose(long source, long target, long lineBytes, int lines, int steps, int width) {
    if (lines == 0 || steps == 0) {
      return;
    }
    int index = 0;
    while (!turns.get(index).serves(lines, steps)) {
      index++;
    }
    Turn turn = turns.get(index);
    Kernel kernel = (long) lines * steps < LASTING ? turn.kernel : turn.lasting;
    long extent = TransposeRoutine.extent(lines, width);
    kernel.run(source, target, lineBytes, steps, extent, 0);
  }
}
