package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import java.util.ArrayList;
import java.util.List;

/// The places of a tile's elements of A, step by step.
sealed interface RowsOfA {
  /// The place of a row's element, so many steps behind the present one.
  Place at(int row, int step);

  /// Goes on by so many steps.
  void advance(int steps);

  /// Those of a [SourceA#PANEL].
  static RowsOfA panel(RoutineBuilder r, int rows, Ptr a) {
    return new Together(r.variable("nextA", a), r.constant((long) rows * MemoryType.F32.bytes()));
  }

  /// @param stepA bytes between steps, of [SourceA#STEPS]
  static RowsOfA start(RoutineBuilder r, SourceA source, int rows, Ptr a, Int lineA, Int stepA) {
    return switch (source) {
      case ROWS -> Apart.start(r, rows, a, lineA);
      case STEPS -> new Together(r.variable("nextA", a), stepA);
      case PANEL -> panel(r, rows, a);
    };
  }

  /// The rows of a step are neighbours.
  record Together(Var<Ptr> next, Int stepBytes) implements RowsOfA {
    @Override
    public Place at(int row, int step) {
      return next.get().plus(stepBytes.times(step)).at((long) row * MemoryType.F32.bytes());
    }

    @Override
    public void advance(int steps) {
      next.set(next.get().plus(stepBytes.times(steps)));
    }
  }

  /// Each row by itself. There are fewer registers than rows: five rows share an address, which the
  /// processor adds 0, 1, 2, 4 strides or three times one to.
  record Apart(List<Var<Ptr>> starts, Int stride, Int threeStrides) implements RowsOfA {
    private static final int ROWS_OF_AN_ADDRESS = 5;

    static Apart start(RoutineBuilder r, int rows, Ptr a, Int stride) {
      List<Var<Ptr>> starts = new ArrayList<>();
      Ptr start = a;
      for (int row = 0; row < rows; row += ROWS_OF_AN_ADDRESS) {
        starts.add(r.variable("row" + row, start));
        start = start.plus(stride, 1).plus(stride, 4);
      }
      return new Apart(starts, stride, stride.times(3));
    }

    @Override
    public Place at(int row, int step) {
      Ptr start = starts.get(row / ROWS_OF_AN_ADDRESS).get();
      long bytes = (long) step * MemoryType.F32.bytes();
      int rest = row % ROWS_OF_AN_ADDRESS;
      return switch (rest) {
        case 0 -> start.at(bytes);
        case 3 -> start.at(threeStrides, 1, bytes);
        default -> start.at(stride, rest, bytes);
      };
    }

    @Override
    public void advance(int steps) {
      long bytes = (long) steps * MemoryType.F32.bytes();
      starts.forEach(start -> start.set(start.get().plus(bytes)));
    }
  }
}
