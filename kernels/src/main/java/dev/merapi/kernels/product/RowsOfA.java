package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;

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
      case ROWS -> new Apart(LinesApart.start(r, "row", rows, a, lineA, MemoryType.F32.bytes()));
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

  /// Each row by itself.
  record Apart(LinesApart rows) implements RowsOfA {
    @Override
    public Place at(int row, int step) {
      return rows.at(row, step, 0);
    }

    @Override
    public void advance(int steps) {
      rows.advance(steps);
    }
  }
}
