package dev.merapi.kernels.product;

import dev.merapi.kernels.ir.MemoryType;
import dev.merapi.kernels.ir.build.Int;
import dev.merapi.kernels.ir.build.Place;
import dev.merapi.kernels.ir.build.Ptr;
import dev.merapi.kernels.ir.build.RoutineBuilder;
import dev.merapi.kernels.ir.build.Var;
import java.util.List;
import java.util.function.IntFunction;

/// The places of a tile's vectors of B, step by step.
sealed interface VectorsOfB {
  /// The places of the vectors, so many steps behind the present one. For one use in a step, as it
  /// may read where they are.
  IntFunction<Place> step(int step);

  /// Goes on by so many steps.
  void advance(int steps);

  /// The vectors of a step are neighbours, and steps are at one distance.
  ///
  /// @param b of the first step
  /// @param stepBytes bytes between steps
  /// @param vectorBytes bytes of a vector
  static VectorsOfB lines(RoutineBuilder r, Ptr b, Int stepBytes, long vectorBytes) {
    return new Lines(r.variable("nextB", b), stepBytes, vectorBytes);
  }

  /// Vectors in panels whose steps are neighbours.
  ///
  /// @param b of the first panel's first step
  /// @param panelBytes bytes from one panel to the next
  /// @param panelVectors vectors of a panel's step
  /// @param vectorBytes bytes of a vector
  static VectorsOfB panels(
      RoutineBuilder r, int vectors, Ptr b, Int panelBytes, int panelVectors, long vectorBytes) {
    int panels = Math.ceilDiv(vectors, panelVectors);
    long stepBytes = panelVectors * vectorBytes;
    var lines = LinesApart.start(r, "panel", panels, b, panelBytes, stepBytes);
    return new Panels(lines, panelVectors, vectorBytes);
  }

  /// Vectors that are neighbours, and steps found by a table.
  ///
  /// @param b what offsets count from
  /// @param offsets for each step the bytes from `b` to its first vector, in `i32`
  /// @param vectorBytes bytes of a vector
  static VectorsOfB table(RoutineBuilder r, Ptr b, Ptr offsets, long vectorBytes) {
    return new Table(r.variable("offsets", offsets), vector -> b.plus(vector * vectorBytes));
  }

  /// Vectors anywhere, each of which has the same offsets.
  ///
  /// @param bases what the offsets of each vector count from
  /// @param offsets for each step, bytes in `i32`
  static VectorsOfB table(RoutineBuilder r, List<Ptr> bases, Ptr offsets) {
    return new Table(r.variable("offsets", offsets), bases::get);
  }

  record Lines(Var<Ptr> next, Int stepBytes, long vectorBytes) implements VectorsOfB {
    @Override
    public IntFunction<Place> step(int step) {
      Ptr first = next.get().plus(stepBytes.times(step));
      return vector -> first.at(vector * vectorBytes);
    }

    @Override
    public void advance(int steps) {
      next.set(next.get().plus(stepBytes.times(steps)));
    }
  }

  record Panels(LinesApart panels, int panelVectors, long vectorBytes) implements VectorsOfB {
    @Override
    public IntFunction<Place> step(int step) {
      return vector -> panels.at(vector / panelVectors, step, vector % panelVectors * vectorBytes);
    }

    @Override
    public void advance(int steps) {
      panels.advance(steps);
    }
  }

  record Table(Var<Ptr> offsets, IntFunction<Ptr> bases) implements VectorsOfB {
    private static final MemoryType OFFSET = MemoryType.I32;

    @Override
    public IntFunction<Place> step(int step) {
      Int offset = offsets.get().at((long) step * OFFSET.bytes()).loadInt(OFFSET);
      return vector -> bases.apply(vector).at(offset, 1);
    }

    @Override
    public void advance(int steps) {
      offsets.set(offsets.get().plus((long) steps * OFFSET.bytes()));
    }
  }
}
